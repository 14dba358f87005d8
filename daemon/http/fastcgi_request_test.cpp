#include "http/fastcgi_request.hpp"

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

std::string refusal(const std::string& bytes) {
  FastCgiRequest request(1000);
  try {
    request.take(bytes);
  } catch (const BadFastCgi& error) {
    return error.what();
  }
  return request.whole() ? "whole" : "not whole yet";
}

}  // namespace

TEST_CASE("a request is the same in one piece and byte by byte") {
  const std::string bytes = whole(pair("REQUEST_METHOD", "POST") + pair("LONG", std::string(300, 'x')) + pair("EMPTY", "") + pair("LONG", "second"), "{\"a\":1}");
  for (const std::size_t step : {bytes.size(), std::size_t(1), std::size_t(7)}) {
    FastCgiRequest request(1000);
    CHECK(request.untouched());
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      CHECK_FALSE(request.whole());
      request.take(std::string_view(bytes).substr(at, step));
      CHECK_FALSE(request.untouched());
    }
    REQUIRE(request.whole());
    CHECK(request.keep_connection());
    CHECK(request.params().at("REQUEST_METHOD") == "POST");
    CHECK(request.params().at("LONG") == std::string(300, 'x'));
    CHECK(request.params().at("EMPTY").empty());
    CHECK(request.body() == "{\"a\":1}");
  }
}

TEST_CASE("a body that is too long is counted and not kept") {
  FastCgiRequest request(1000);
  request.take(kBegin + record(4, "") + record(5, std::string(900, 'x')) + record(5, std::string(60000, 'x')) + record(5, ""));
  CHECK(request.whole());
  CHECK(request.body().empty());
  CHECK(request.body_size() == 60900);
}

TEST_CASE("what cannot be a request is refused at its head") {
  CHECK(refusal(whole("", "")) == "whole");
  CHECK(refusal(kBegin.substr(0, 3)) == "not whole yet");
  CHECK(refusal(std::string("GET / HTTP/1.1\r\n")).find("version 71") != std::string::npos);
  CHECK(refusal(record(4, "")).find("FCGI_BEGIN_REQUEST") != std::string::npos);
  CHECK(refusal(record(1, std::string(8, '\0'), 0)).find("FCGI_BEGIN_REQUEST") != std::string::npos);
  CHECK(refusal(record(1, std::string("\0\2\0\0\0\0\0\0", 8))).find("role") != std::string::npos);
  CHECK(refusal(record(1, "x")).find("FCGI_BEGIN_REQUEST") != std::string::npos);
  CHECK(refusal(kBegin + record(5, "x")).find("type 5") != std::string::npos);
  CHECK(refusal(kBegin + kBegin).find("type 1") != std::string::npos);
  CHECK(refusal(kBegin + record(4, "") + record(4, "x")).find("type 4") != std::string::npos);
  CHECK(refusal(kBegin + record(4, "", 2)).find("another request") != std::string::npos);
  CHECK(refusal(whole("", "") + "x").find("after the end") != std::string::npos);
  std::string much = kBegin;
  for (int i = 0; i < 6; ++i) much += record(4, std::string(60000, 'x'));
  CHECK(refusal(much).find("256 kB") != std::string::npos);
}

TEST_CASE("lengths of parameters that were not sent are refused") {
  for (const std::string& params : {std::string("\xff\xff\xff\xfe\x01"), std::string("\x7f"), std::string("\x80"), std::string("\x01"), std::string("\x01\x05xy"),
                                    std::string("\xff\xff\xff\xff\xff\xff\xff\xff"), std::string("\xff\xff\xff\xfe\xff\xff\xff\xfe", 8)})
    CHECK(refusal(kBegin + record(4, params) + record(4, "")).find("longer than what was sent") != std::string::npos);
}

TEST_CASE("random bytes end in a refusal or wait for more") {
  std::mt19937 random(7);
  for (int turn = 0; turn < 20'000; ++turn) {
    std::string bytes = whole(pair("A", "b") + pair("C", std::string(random() % 300, 'd')), std::string(random() % 50, 'e'));
    for (std::size_t change = random() % 4; change > 0; --change) bytes[random() % bytes.size()] = static_cast<char>(random());
    CHECK_FALSE(refusal(bytes.substr(0, random() % (bytes.size() + 1))).empty());
  }
}

TEST_CASE("a reply goes out in records of at most 64 kB, and ends") {
  FastCgiRequest request(1000);
  request.take(whole("", ""));
  std::string out;
  request.put_content(std::string(70'000, 'x'), out);
  CHECK(out.size() == 70'000 + 2 * 8);
  request.put_content("", out);
  CHECK(out.size() == 70'000 + 2 * 8);
  std::string end;
  request.put_end(end);
  CHECK(end == record(6, "") + record(3, std::string(8, '\0')));
}
