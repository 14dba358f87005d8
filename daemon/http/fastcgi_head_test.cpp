#include "http/fastcgi_head.hpp"

#include <catch2/catch.hpp>
#include <random>

using namespace podload;

namespace {

std::string record(int type, const std::string& content, int id = 1, int padding = 0, int version = 1) {
  std::string made;
  for (const std::size_t value : {std::size_t(version), std::size_t(type), std::size_t(id >> 8), std::size_t(id & 255), content.size() >> 8, content.size() & 255,
                                  std::size_t(padding), std::size_t(0)})
    made += static_cast<char>(value);
  return made + content + std::string(static_cast<std::size_t>(padding), 'p');
}

const std::string kBegin = record(1, std::string("\0\1\1\0\0\0\0\0", 8));

std::string pair(const std::string& name, const std::string& value) {
  std::string made(1, static_cast<char>(name.size()));
  const std::size_t size = value.size();
  for (const std::size_t shift : {24, 16, 8, 0}) made += static_cast<char>((size >> shift & 255) | (shift == 24 ? 128 : 0));
  return made + name + value;
}

std::string whole(const std::string& params, const std::string& body) {
  return kBegin + (params.empty() ? "" : record(4, params, 1, 3)) + record(4, "") + (body.empty() ? "" : record(5, body, 1, 7)) + record(5, "");
}

std::string seen(const std::string& bytes) {
  try {
    switch (check_fastcgi(bytes)) {
      case FastCgiHead::part: return "part";
      case FastCgiHead::params: return "params";
      case FastCgiHead::whole: return "whole";
    }
  } catch (const BadFastCgi& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a request is incomplete, has its parameters, or is complete") {
  const std::string params = pair("REQUEST_METHOD", "POST") + pair("LONG", std::string(300, 'x')) + pair("EMPTY", "");
  const std::string head = kBegin + record(4, params, 1, 3) + record(4, "");
  const std::string bytes = head + record(5, "{\"a\":1}", 1, 7) + record(5, "");
  REQUIRE(bytes == whole(params, "{\"a\":1}"));
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    INFO(size);
    CHECK(seen(bytes.substr(0, size)) == (size < head.size() ? "part" : size < bytes.size() ? "params" : "whole"));
  }
  CHECK(seen(whole("", "")) == "whole");
}

TEST_CASE("parameters may be split into records anywhere") {
  const std::string params = pair("REQUEST_METHOD", "POST") + pair("LONG", std::string(300, 'x'));
  for (std::size_t cut = 1; cut < params.size(); ++cut) CHECK(seen(kBegin + record(4, params.substr(0, cut)) + record(4, params.substr(cut)) + record(4, "")) == "params");
}

TEST_CASE("an invalid request is refused at its head") {
  CHECK(seen(std::string("GET / HTTP/1.1\r\n")).find("version 71") != std::string::npos);
  CHECK(seen(record(4, "")).find("FCGI_BEGIN_REQUEST") != std::string::npos);
  CHECK(seen(record(1, std::string(8, '\0'), 0)).find("FCGI_BEGIN_REQUEST") != std::string::npos);
  CHECK(seen(record(1, std::string("\0\2\0\0\0\0\0\0", 8))).find("role") != std::string::npos);
  CHECK(seen(record(1, "x")).find("FCGI_BEGIN_REQUEST") != std::string::npos);
  CHECK(seen(kBegin + record(5, "x")).find("type 5") != std::string::npos);
  CHECK(seen(kBegin + kBegin).find("type 1") != std::string::npos);
  CHECK(seen(kBegin + record(4, "") + record(4, "x")).find("type 4") != std::string::npos);
  CHECK(seen(kBegin + record(4, "", 2)).find("another request") != std::string::npos);
  CHECK(seen(whole("", "") + "x").find("after the end") != std::string::npos);
}

TEST_CASE("records for libfcgi itself are refused, because it trusts their lengths") {
  CHECK(seen(record(9, pair("FCGI_MAX_CONNS", ""), 0)).find("FCGI_BEGIN_REQUEST") != std::string::npos);
  CHECK(seen(kBegin + record(9, pair("FCGI_MAX_CONNS", ""), 0)).find("another request") != std::string::npos);
  CHECK(seen(kBegin + record(4, "") + record(9, pair("FCGI_MAX_CONNS", ""), 0)).find("another request") != std::string::npos);
}

TEST_CASE("padding is refused where libfcgi would mistake it for a record") {
  CHECK(seen(record(1, std::string("\0\1\1\0\0\0\0\0", 8), 1, 8)).find("padding after a record of type 1") != std::string::npos);
  CHECK(seen(kBegin + record(4, "", 1, 8)).find("padding after a record of type 4") != std::string::npos);
}

TEST_CASE("lengths beyond the data that was sent are refused") {
  for (const std::string& params : {std::string("\xff\xff\xff\xfe\x01"), std::string("\x7f"), std::string("\x80"), std::string("\x01"), std::string("\x01\x05xy"),
                                    std::string("\xff\xff\xff\xff\xff\xff\xff\xff"), std::string("\xff\xff\xff\xfe\xff\xff\xff\xfe", 8)})
    CHECK(seen(kBegin + record(4, params) + record(4, "")).find("longer than what was sent") != std::string::npos);
}

TEST_CASE("parameters that a C string NAME=VALUE cannot hold are refused") {
  for (const std::string& params : {pair("A=B", "c"), pair(std::string("A\0B", 3), "c"), pair("A", std::string("/x\0/y", 5))})
    CHECK(seen(kBegin + record(4, params) + record(4, "")).find("zero byte") != std::string::npos);
  CHECK(seen(whole(pair("QUERY_STRING", "a=b"), "")) == "whole");
}

TEST_CASE("random bytes are refused or wait for more, and more bytes never undo a result") {
  std::mt19937 random(7);
  for (int turn = 0; turn < 20'000; ++turn) {
    std::string bytes = whole(pair("A", "b") + pair("C", std::string(random() % 300, 'd')), std::string(random() % 50, 'e'));
    for (std::size_t change = random() % 4; change > 0; --change) bytes[random() % bytes.size()] = static_cast<char>(random());
    const std::string all = seen(bytes), some = seen(bytes.substr(0, random() % (bytes.size() + 1)));
    CHECK((some == all || some == "part" || (some == "params" && all != "part") || (some == "whole" && all != "part" && all != "params")));
  }
}
