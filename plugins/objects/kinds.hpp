// The kinds that this plugin lists, as a table. Constant data; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podload/json.hpp"
#include "podload/kube_client.hpp"

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
  Json (*row)(const Json&) = nullptr;

  /// Where its objects are; nothing where the server has none such. Throws what discovery throws.
  std::optional<std::string> path(KubeClient& kube, const std::string& name_space) const;
};

/// Those of a family, or of it the one called `name`.
std::vector<const Kind*> kinds_of(std::string_view family, std::string_view name = {});

/// By its kind or name, any case. Throws Error{"unknown_object_type"}.
const Kind& kind_named(std::string_view family, std::string_view text);

/// The rows of all objects of that kind. Throws Error{"cluster_lacks"}, and what body_of throws.
Json list(KubeClient& kube, const Kind& kind, const std::string& name_space);

/// The rows of the cluster's nodes. Throws likewise.
Json list_nodes(KubeClient& kube);

}  // namespace podload::objects
