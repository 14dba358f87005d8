#include "kinds.hpp"

#include "podload/error.hpp"
#include "podload/text.hpp"
#include "rows.hpp"

namespace podload::objects {
namespace {

const std::vector<Kind>& table() {
  static const std::vector<Kind> kTable{
      {"services", "service", "Service", "", {"v1"}, "services", true, false, service_row},
      {"services", "ingress", "Ingress", "networking.k8s.io", {"v1", "v1beta1"}, "ingresses", true, false, ingress_row},
      {"configs", "configmap", "ConfigMap", "", {"v1"}, "configmaps", true, false, config_map_row},
      {"configs", "secret", "Secret", "", {"v1"}, "secrets", true, true, nullptr},
      {"storage", "pvc", "PersistentVolumeClaim", "", {"v1"}, "persistentvolumeclaims", true, false, claim_row},
      {"storage", "pv", "PersistentVolume", "", {"v1"}, "persistentvolumes", false, false, volume_row},
      {"storage", "storageclass", "StorageClass", "storage.k8s.io", {"v1"}, "storageclasses", false, false, storage_class_row},
  };
  return kTable;
}

std::string continue_of(const Json& page) { return text_member(page.value("metadata", Json::object()), "continue"); }

Json read(KubeClient& kube, const std::string& path, const char* plural, bool as_table,
          const std::function<void(const Json& page, Json& rows)>& add) {
  KubeRequest request;
  request.path = path;
  if (as_table) {
    request.accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
    request.path += "?includeObject=Metadata";
  }
  Json rows = Json::array();
  each_page(kube, std::move(request), std::string("list ") + plural, [&](const std::string& text) {
    const Json page = parse_json(text);
    add(page, rows);
    return continue_of(page);
  });
  return rows;
}

}  // namespace

std::optional<std::string> Kind::path(KubeClient& kube, const std::string& name_space) const {
  const auto base = kube.group_path(group, versions);
  if (!base) return std::nullopt;
  return *base + (namespaced ? "/namespaces/" + url_part(name_space) : "") + "/" + plural;
}

std::vector<const Kind*> kinds_of(std::string_view family, std::string_view name) {
  std::vector<const Kind*> found;
  for (const Kind& kind : table())
    if (kind.family == family && (name.empty() || kind.name == name)) found.push_back(&kind);
  return found;
}

const Kind& kind_named(std::string_view family, std::string_view text) {
  const std::string wanted = lower_case(text);
  std::string known;
  for (const Kind* kind : kinds_of(family)) {
    if (wanted == kind->name || wanted == lower_case(kind->kind)) return *kind;
    known += std::string(known.empty() ? "" : ", ") + kind->kind;
  }
  throw Error("unknown_object_type", {{"type", wanted}, {"known", known}});
}

Json list(KubeClient& kube, const Kind& kind, const std::string& name_space) {
  const auto path = kind.path(kube, name_space);
  if (!path) throw Error("cluster_lacks", {{"what", kind.kind}});
  return read(kube, *path, kind.plural, kind.names_only, [&](const Json& page, Json& rows) {
    if (kind.names_only) {
      const Json columns = page.value("columnDefinitions", Json::array());
      for (const Json& row : page.value("rows", Json::array())) rows.push_back(secret_row(columns, row));
    } else {
      for (const Json& item : page.value("items", Json::array())) rows.push_back(kind.row(item));
    }
  });
}

Json list_nodes(KubeClient& kube) {
  return read(kube, "/api/v1/nodes", "nodes", false, [](const Json& page, Json& rows) {
    for (const Json& item : page.value("items", Json::array())) rows.push_back(node_row(item));
  });
}

}  // namespace podload::objects
