// The kinds that this plugin lists, as a table. Constant data; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podload/kube_list.hpp"

namespace podload::objects {

struct Kind {
  const char* family;  ///< Its place in paths: "services", "configs", "storage"
  const char* name;    ///< "pvc"
  const char* kind;    ///< "PersistentVolumeClaim"
  const char* group;   ///< Empty for the core group.
  std::vector<std::string> versions;
  const char* plural;
  bool namespaced = true;
  bool names_only = false;  ///< Read as a table: nothing of what it holds comes here.
  Json (*row)(JsonView) = nullptr;

  /// Where its objects are; nothing where the server has none such. Throws what discovery throws.
  std::optional<std::string> path(KubeClient& kube, const std::string& name_space) const;
};

/// Those of a family, or of it the one called `name`.
std::vector<const Kind*> kinds_of(std::string_view family, std::string_view name = {});

/// By its kind or name, any case. Throws Error{"unknown_object_type"}.
const Kind& kind_named(std::string_view family, std::string_view text);

/// Adds the rows of all objects of that kind. Throws Error{"cluster_lacks"}, and what each_item throws:
/// the rows may be some of them then.
void list(KubeClient& kube, const Kind& kind, const std::string& name_space, RowList& rows);

/// Adds the rows of the cluster's nodes. Throws likewise.
void list_nodes(KubeClient& kube, RowList& rows);

}  // namespace podload::objects
