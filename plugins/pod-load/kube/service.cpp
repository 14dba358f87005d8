#include "kube/service.hpp"

#include <algorithm>

namespace podload::pod_load {

Service read_service(JsonView object) {
  const JsonView spec = object["spec"], annotations = object["metadata"]["annotations"];
  Service service;
  service.name = object["metadata"]["name"].string();
  if (spec["type"].text() != "ExternalName") service.selector = spec["selector"].labels();
  spec["ports"].each([&](JsonView port) {
    service.ports.push_back({port["name"].string(), std::string(port["protocol"].text("TCP")), port["targetPort"].string()});
  });
  service.publishes_not_ready = spec["publishNotReadyAddresses"].flag();
  service.local_traffic = spec["internalTrafficPolicy"].text() == "Local" || spec["externalTrafficPolicy"].text() == "Local";
  service.direct_access = annotations["service.cloud.tencent.com/direct-access"].text() == "true";
  if (annotations["podload.io/minimum"]) service.minimum = annotations["podload.io/minimum"].string();
  return service;
}

bool selects(const Labels& selector, const Labels& labels) {
  return !selector.empty() && std::all_of(selector.begin(), selector.end(), [&](const auto& wanted) {
    const auto found = labels.find(wanted.first);
    return found != labels.end() && found->second == wanted.second;
  });
}

namespace {

/// The keys of a selector in text form: each requirement begins with its key or with "!".
std::set<std::string> keys_of_text(std::string_view text) {
  constexpr std::string_view kSpace = " \t";
  std::set<std::string> keys;
  while (!text.empty()) {
    std::size_t end = 0;  // a comma within parentheses belongs to the list of values
    for (int depth = 0; end < text.size() && (text[end] != ',' || depth > 0); ++end) depth += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
    std::string_view requirement = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    requirement.remove_prefix(std::min(requirement.find_first_not_of(" \t!"), requirement.size()));
    const std::string_view key = requirement.substr(0, requirement.find_first_of("=!<> \t"));
    if (key.find_first_not_of(kSpace) != std::string_view::npos) keys.emplace(key);
  }
  return keys;
}

}  // namespace

std::set<std::string> selector_keys(JsonView selector) {
  std::set<std::string> keys;
  if (!selector.text().empty()) return keys_of_text(selector.text());
  if (!selector["matchLabels"] && !selector["matchExpressions"]) {  // a ReplicationController's plain map
    selector.each_member([&](std::string_view key, JsonView value) {
      if (!value.text().empty()) keys.emplace(key);
    });
    return keys;
  }
  selector["matchLabels"].each_member([&](std::string_view key, JsonView) { keys.emplace(key); });
  selector["matchExpressions"].each([&](JsonView expression) { keys.emplace(expression["key"].text()); });
  return keys;
}

bool label_selector_matches(JsonView selector, const Labels& labels) {
  bool matches = true;
  selector["matchLabels"].each_member([&](std::string_view key, JsonView value) {
    const auto found = labels.find(key);
    matches = matches && found != labels.end() && found->second == value.text();
  });
  selector["matchExpressions"].each([&](JsonView expression) {
    const auto found = labels.find(expression["key"].text());
    const bool has = found != labels.end();
    bool listed = false;
    expression["values"].each([&](JsonView value) { listed = listed || (has && found->second == value.text()); });
    const std::string_view op = expression["operator"].text();
    if (op == "In") matches = matches && listed;
    if (op == "NotIn") matches = matches && !listed;
    if (op == "Exists") matches = matches && has;
    if (op == "DoesNotExist") matches = matches && !has;
  });
  return matches;
}

std::string as_query(const Labels& selector, std::string_view except) {
  std::string query;
  for (const auto& [key, value] : selector)
    if (key != except) query += (query.empty() ? "" : ",") + key + "=" + value;
  return query;
}

std::vector<Service> read_services(const std::string& body) {
  const JsonDocument document(body);
  std::vector<Service> services;
  document.root()["items"].each([&](JsonView item) { services.push_back(read_service(item)); });
  return services;
}

}  // namespace podload::pod_load
