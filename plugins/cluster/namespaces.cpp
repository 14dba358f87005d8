#include "namespaces.hpp"

#include "kube/status.hpp"
#include "podload/json.hpp"

namespace podload::cluster {
namespace {

const Json& member(const Json& object, const char* name) {
  static const Json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

}  // namespace

std::vector<Namespace> list_namespaces(const std::string& cluster, HttpKubeClient& client) {
  std::vector<Namespace> namespaces;
  std::string next;
  do {
    KubeRequest request;
    request.path = "/api/v1/namespaces?limit=500" + (next.empty() ? "" : "&continue=" + url_part(next));
    request.timeout = client.timeout();
    const KubeReply reply = client.send(request);
    const Json page = parse_json(expect_success(cluster, reply).body);
    for (const Json& item : member(page, "items")) {
      const Json& metadata = member(item, "metadata");
      namespaces.push_back({text_member(metadata, "name"), text_member(member(item, "status"), "phase"),
                            text_member(metadata, "creationTimestamp")});
    }
    next = text_member(member(page, "metadata"), "continue");
  } while (!next.empty());
  return namespaces;
}

}  // namespace podload::cluster
