#include "kube/service.hpp"

#include <algorithm>

namespace podload {

Service read_service(JsonView object) {
  const JsonView spec = object["spec"], annotations = object["metadata"]["annotations"];
  Service service;
  service.name = object["metadata"]["name"].string();
  service.selector = spec["selector"].labels();
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

std::set<std::string> selector_keys(JsonView selector) {
  std::set<std::string> keys;
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

}  // namespace podload
