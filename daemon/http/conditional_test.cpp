#include "http/conditional.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "podload_testing/request.hpp"

using namespace podload;

namespace {

std::string header(const Reply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.headers)
    if (key == name) return value;
  return {};
}

Reply text(std::string body) {
  Reply reply;
  reply.body = std::move(body);
  return reply;
}

Reply shared(const std::shared_ptr<const SharedText>& text) {
  Reply reply;
  reply.shared = text;
  return reply;
}

}  // namespace

TEST_CASE("a reply to a GET has an ETag of its bytes, and is 304 without them if the client has it") {
  testing::TestRequest request;
  const Reply first = conditional(request, text("pods"));
  const std::string etag = header(first, "ETag");
  CHECK(first.status == 200);
  CHECK(first.body == "pods");
  CHECK(etag.starts_with("W/\""));

  const std::string strong = etag.substr(2);
  for (const std::string& given : {etag, strong, "\"other\", " + etag, strong + " ,\"x\"", std::string("*")}) {
    request.headers["if-none-match"] = given;
    Reply same = text("pods");
    same.headers.emplace_back("X-Podload-Skipped", "jobs");
    const Reply unchanged = conditional(request, std::move(same));
    CAPTURE(given);
    CHECK(unchanged.status == 304);
    CHECK(unchanged.body.empty());
    CHECK(unchanged.content_type.empty());
    CHECK(header(unchanged, "ETag") == etag);
    CHECK(header(unchanged, "X-Podload-Skipped") == "jobs");
  }
  for (const std::string& given : {std::string("\"other\""), std::string(""), strong.substr(1), std::string("W/")}) {
    request.headers["if-none-match"] = given;
    CAPTURE(given);
    CHECK(conditional(request, text("pods")).status == 200);
  }
  request.headers["if-none-match"] = etag;
  CHECK(conditional(request, text("other pods")).status == 200);
}

TEST_CASE("a change, an error and a reply in pieces are sent as they are") {
  testing::TestRequest request;
  request.headers["if-none-match"] = "*";
  request.method = "POST";
  CHECK(conditional(request, text("done")).status == 200);
  CHECK(conditional(request, text("done")).headers.empty());
  request.method = "GET";
  Reply missing = text("no");
  missing.status = 404;
  CHECK(conditional(request, std::move(missing)).body == "no");
  Reply pieces;
  pieces.more = [] { return std::string(); };
  CHECK(conditional(request, std::move(pieces)).status == 200);
}

TEST_CASE("a shared text goes out compressed to a client that accepts gzip") {
  const auto page = SharedText::make(std::string(10'000, 'x'));
  testing::TestRequest request;
  for (const char* accepted : {"gzip", "br, gzip;q=0.5", "deflate,GZIP ; q=1"}) {
    request.headers["accept-encoding"] = accepted;
    CAPTURE(accepted);
    const Reply reply = conditional(request, shared(page));
    CHECK(reply.body == page->gzip());
    CHECK(header(reply, "Content-Encoding") == "gzip");
    CHECK(header(reply, "Vary") == "Accept-Encoding");
  }
  for (const char* accepted : {"", "br", "gzip;q=0", "gzip;q=0.000", "xgzip"}) {
    request.headers["accept-encoding"] = accepted;
    CAPTURE(accepted);
    const Reply reply = conditional(request, shared(page));
    CHECK(reply.body == page->plain());
    CHECK(header(reply, "Content-Encoding").empty());
  }
  request.headers["if-none-match"] = page->etag();
  CHECK(conditional(request, shared(page)).status == 304);
}
