// The kinds that this plugin lists, as a table. Constant data; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podload/kube_list.hpp"

namespace podload::objects {

struct Kind {
  const char* family;  ///< Its segment in paths: "services", "configs", "storage"
  const char* name;    ///< "pvc"
  const char* kind;    ///< "PersistentVolumeClaim"
  KubeKind served;
  bool names_only = false;  ///< Read as a Table, so that the objects' contents do not reach podload.
  Json (*row)(JsonView) = nullptr;
};

/// The kinds of a family, or the one with that name.
std::vector<const Kind*> kinds_of(std::string_view family, std::string_view name = {});

/// Finds by kind or name, in any case. Throws Error{"unknown_object_type"}.
const Kind& kind_named(std::string_view family, std::string_view text);

/// Adds the rows of all objects of that kind. Throws Error{"cluster_lacks"}, and what each_item throws; `rows` may then
/// have some of the rows.
void list(KubeClient& kube, const Kind& kind, const std::string& name_space, RowList& rows);

/// Adds the rows of the cluster's nodes. Throws as list() does.
void list_nodes(KubeClient& kube, RowList& rows);

}  // namespace podload::objects
