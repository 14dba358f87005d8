#include "message.hpp"

#include <catch2/catch.hpp>

using namespace podload;
using namespace podload::notify;

namespace {

std::string told(const std::string& name, const Json& data) {
  Event event;
  event.name = name;
  event.data = data;
  return message_of(event, [](const std::string& code, const Json& args) { return code + " " + text_member(args, "pod") + text_member(args, "reason"); });
}

}  // namespace

TEST_CASE("a message says what, what came of it, and why") {
  CHECK(told("operation.settled", {{"kind", "remove"}, {"pod", "web-1"}, {"outcome", "removed"}, {"reason", "it leaks"}}) ==
        "notify_operation_settled_remove web-1it leaks\noutcome_removed web-1it leaks\nnotify_reason it leaks");
  CHECK(told("cluster.added", Json::object()) == "notify_cluster_added ");
}

TEST_CASE("a refusal is told in its own words") {
  CHECK(told("operation.settled", {{"kind", "remove"}, {"outcome", "refused"}, {"refusal", {{"code", "below_minimum"}, {"args", {{"pod", "x"}}}}}}) ==
        "notify_operation_settled_remove \noutcome_refused \nbelow_minimum x");
}

TEST_CASE("what people wrote cannot make lines of its own, nor a message that is too long") {
  const std::string text = told("operation.settled", {{"kind", "remove"}, {"reason", "a\u202Eb\x07" + std::string(5000, 'x')}});
  CHECK(text.find('\x07') == std::string::npos);
  CHECK(text.find("\u202E") == std::string::npos);
  CHECK(text.size() < 1500);
}
