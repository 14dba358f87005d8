#include "kinds.hpp"

#include "podload/error.hpp"
#include "podload/text.hpp"
#include "rows.hpp"

namespace podload::objects {
namespace {

const std::vector<Kind>& table() {
  static const std::vector<Kind> kTable{
      {"services", "service", "Service", {"", {"v1"}, "services"}, false, service_row},
      {"services", "ingress", "Ingress", {"networking.k8s.io", {"v1", "v1beta1"}, "ingresses"}, false, ingress_row},
      {"configs", "configmap", "ConfigMap", {"", {"v1"}, "configmaps"}, false, config_map_row},
      {"configs", "secret", "Secret", {"", {"v1"}, "secrets"}, true, nullptr},
      {"storage", "pvc", "PersistentVolumeClaim", {"", {"v1"}, "persistentvolumeclaims"}, false, claim_row},
      {"storage", "pv", "PersistentVolume", {"", {"v1"}, "persistentvolumes", false}, false, volume_row},
      {"storage", "storageclass", "StorageClass", {"storage.k8s.io", {"v1"}, "storageclasses", false}, false, storage_class_row},
  };
  return kTable;
}

}  // namespace

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

void list(KubeClient& kube, const Kind& kind, const std::string& name_space, RowList& rows) {
  const auto path = kind.served.path(kube, name_space);
  if (!path) throw KubeError(KubeError::Fault::absent, "cluster_lacks", {{"what", kind.kind}});
  const std::string what = "list " + kind.served.plural;
  KubeRequest request;
  request.path = *path;
  if (!kind.names_only) return each_item(kube, std::move(request), what, [&](JsonView item) { rows.add(kind.row(item)); });
  request.accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
  request.path += "?includeObject=Metadata";
  each_row(kube, std::move(request), what, [&](JsonView columns, JsonView row) { rows.add(secret_row(columns, row)); });
}

void list_nodes(KubeClient& kube, RowList& rows) {
  KubeRequest request;
  request.path = "/api/v1/nodes";
  each_item(kube, std::move(request), "list nodes", [&](JsonView node) { rows.add(node_row(node)); });
}

}  // namespace podload::objects
