#include "record/operation_view.hpp"

namespace podload::pod_load {
namespace {

Json or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }

Json notices_json(const Json& notices, const Host& host, std::string_view language) {
  Json list = Json::array();
  for (const Json& notice : notices) {
    const std::string code = text_member(notice, "code");
    Json shown = {{"code", code}, {"message", host.say(language, code, notice.value("args", Json::object()))},
                  {"overridable", notice.value("overridable", false)}};
    if (const std::string plugin = text_member(notice, "plugin"); !plugin.empty()) shown["plugin"] = plugin;
    list.push_back(std::move(shown));
  }
  return list;
}

/// "web (18 ms), api (21 ms)"
std::string proven_services(const Json& details) {
  std::string text;
  for (const Json& service : details.value("services", Json::array())) {
    if (!service.contains("proven_ms") || service["proven_ms"].is_null()) continue;
    text += (text.empty() ? "" : ", ") + text_member(service, "name") + " (" + std::to_string(service["proven_ms"].get<long>()) + " ms)";
  }
  return text;
}

}  // namespace

std::string operation_sentence(const PodOperation& op, const Host& host, std::string_view language) {
  if (const auto refusal = op.details.find("refusal"); refusal != op.details.end() && !op.applied)
    return host.say(language, text_member(*refusal, "code"), refusal->value("args", Json::object()));
  const Json args = {{"pod", op.pod}, {"label", op.new_value.value_or("")}, {"services", proven_services(op.details)},
                     {"still", text_member(op.details, "still_routing")}, {"label_now", text_member(op.details, "label_now")},
                     {"seconds", static_cast<long>(op.sent_seconds)}};
  if (op.outcome) {
    const bool bare = op.outcome == Outcome::removed && proven_services(op.details).empty();
    return host.say(language, bare ? "became_removed_before" : "became_" + std::string(name_of(*op.outcome)), args);
  }
  const std::string state = op.applied ? "applied" : op.sent ? "sent" : "open";
  return host.say(language, state + "_" + std::string(kind_name(op.kind)), args);
}

Json operation_view(const PodOperation& op, const Host& host, std::string_view language) {
  const auto refusal = op.details.find("refusal");
  Json services = op.details.value("services", Json::array());
  return {{"id", op.id},
          {"kind", kind_name(op.kind)},
          {"cluster", op.cluster},
          {"namespace", op.name_space},
          {"pod", op.pod},
          {"uid", op.uid.empty() ? Json() : Json(op.uid)},
          {"username", op.username},
          {"reason", op.reason},
          {"forced", op.forced},
          {"state", op.outcome ? "settled" : op.applied ? "applied" : "open"},
          {"waiting_for", op.outcome ? Json() : Json(op.applied ? "proof" : op.sent ? "api_server" : "guards")},
          {"outcome", op.outcome ? Json(name_of(*op.outcome)) : Json()},
          {"message", operation_sentence(op, host, language)},
          {"refusal", refusal == op.details.end() ? Json() : Json(text_member(*refusal, "code"))},
          {"created_at", op.created_at},
          {"settled_at", or_null(op.settled_at)},
          {"applied_ms", op.applied_ms ? Json(*op.applied_ms) : Json()},
          {"services", std::move(services)},
          {"warnings", notices_json(op.details.value("warnings", Json::array()), host, language)},
          {"refusals", notices_json(op.details.value("refusals", Json::array()), host, language)},
          {"previous_value", or_null(op.previous_value)},
          {"new_value", or_null(op.new_value)}};
}

}  // namespace podload::pod_load
