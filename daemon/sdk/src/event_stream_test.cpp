#include "podload/event_stream.hpp"

#include <catch2/catch.hpp>

using namespace podload;

TEST_CASE("an event is printed as clients read it") {
  CHECK(StreamEvent::make("pods", "a-7", R"({"n":1})")->text() == "event: pods\nid: a-7\ndata: {\"n\":1}\n\n");
  CHECK(StreamEvent::make("state", "", "")->text() == "event: state\ndata: \n\n");
  // A client joins the lines with \n, so that none of them can be taken for a field or the end.
  CHECK(StreamEvent::make("a", "", "one\nid: 9\r\n\rtwo")->text() ==
        "event: a\ndata: one\ndata: id: 9\ndata: \ndata: two\n\n");
}

TEST_CASE("a name or an id with a line break is refused") {
  for (const char* bad : {"a\nb", "a\rb"}) {
    CHECK_THROWS_AS(StreamEvent::make(bad, "1", ""), std::invalid_argument);
    CHECK_THROWS_AS(StreamEvent::make("a", bad, ""), std::invalid_argument);
  }
}

TEST_CASE("a handler cannot return a stream that it did not open") {
  CHECK_THROWS_AS(Stream(nullptr), std::logic_error);
}
