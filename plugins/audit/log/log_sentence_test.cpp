#include "log/log_sentence.hpp"

#include <catch2/catch.hpp>

using namespace podload;
using namespace podload::audit;

namespace {

std::string say(const std::string& code, const Json& args) {
  if (code == "outcome_attempt") return "Begun";
  if (code == "outcome_refused") return "Refused";
  if (code == "detail_reason") return "reason: " + text_member(args, "value");
  if (code == "below_minimum") return "Service " + text_member(args, "service") + " would fall below its minimum.";
  if (code == "detail_seconds") return "for " + print_json(args.at("value")) + " s";
  return code;
}

AuditEntry outcome(const std::string& name, Json details) {
  AuditEntry entry;
  entry.outcome = name;
  entry.details = std::move(details);
  return entry;
}

}  // namespace

TEST_CASE("An attempt and a plain outcome") {
  AuditEntry attempt;
  attempt.phase = AuditEntry::Phase::attempt;
  attempt.reason = "heap dump";
  CHECK(log_sentence(attempt, say) == "Begun; reason: heap dump");
  CHECK(log_sentence(outcome("refused", Json::object()), say) == "Refused");
}

TEST_CASE("An error gets its own text, other members theirs or KEY: value") {
  CHECK(log_sentence(outcome("refused", {{"code", "below_minimum"}, {"args", {{"service", "web"}}}, {"seconds", 4}}), say) ==
        "Refused; Service web would fall below its minimum; for 4 s");
  CHECK(log_sentence(outcome("odd", {{"code", "nobodys"}, {"left", 2}, {"why", "x"}}), say) == "odd; nobodys; left: 2; why: x");
}

TEST_CASE("Nested and missing members are left out") {
  CHECK(log_sentence(outcome("refused", {{"services", {"a", "b"}}, {"none", nullptr}}), say) == "Refused");
  CHECK(log_sentence(outcome("refused", Json()), say) == "Refused");
}
