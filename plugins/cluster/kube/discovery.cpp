#include "kube/discovery.hpp"

#include "kube/status.hpp"
#include "podload/json.hpp"

namespace podload::cluster {
namespace {

constexpr std::chrono::minutes kRemembered{5};
constexpr std::chrono::seconds kRememberedAbsence{20};

const Json& list(const Json& object, const char* name) {
  static const Json kNone = Json::array();
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? *found : kNone;
}

}  // namespace

std::optional<std::string> Discovery::group_path(std::string_view group, const std::vector<std::string>& versions) {
  const Groups known = groups();
  const auto found = known.find(group);
  if (found != known.end())
    for (const std::string& version : versions)
      if (found->second.count(version) > 0) return (group.empty() ? "/api/" : "/apis/" + std::string(group) + "/") + version;
  const std::scoped_lock lock(mutex_);
  if (groups_) groups_->until = std::min(groups_->until, clock_.steady() + kRememberedAbsence);
  return std::nullopt;
}

std::optional<KubeResource> Discovery::resource(std::string_view api_version, std::string_view kind) {
  const auto slash = api_version.find('/');
  const std::string path = slash == std::string_view::npos
                               ? "/api/" + url_part(api_version)
                               : "/apis/" + url_part(api_version.substr(0, slash)) + "/" + url_part(api_version.substr(slash + 1));
  std::optional<Kinds> kinds;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = kinds_.find(path);
    if (found != kinds_.end() && clock_.steady() < found->second.until) kinds = found->second.value;
  }
  if (!kinds) {
    kinds = ask_kinds(path);
    const std::scoped_lock lock(mutex_);
    kinds_[path] = {*kinds, clock_.steady() + (kinds->count(std::string(kind)) > 0 ? kRemembered : std::chrono::minutes(0) + kRememberedAbsence)};
  }
  const auto found = kinds->find(kind);
  return found == kinds->end() ? std::nullopt : std::optional(found->second);
}

Discovery::Groups Discovery::groups() {
  {
    const std::scoped_lock lock(mutex_);
    if (groups_ && clock_.steady() < groups_->until) return groups_->value;
  }
  const Groups asked = ask_groups();  // two may ask at once; both get the same
  const std::scoped_lock lock(mutex_);
  groups_ = {asked, clock_.steady() + kRemembered};
  return asked;
}

Discovery::Groups Discovery::ask_groups() {
  Groups groups;
  const Json core = parse_json(expect_success(cluster_, get_("/api")).body);
  for (const Json& version : list(core, "versions"))
    if (version.is_string()) groups[""].insert(version.get<std::string>());
  const Json named = parse_json(expect_success(cluster_, get_("/apis")).body);
  for (const Json& group : list(named, "groups"))
    for (const Json& version : list(group, "versions")) groups[text_member(group, "name")].insert(text_member(version, "version"));
  return groups;
}

Discovery::Kinds Discovery::ask_kinds(const std::string& path) {
  const KubeReply reply = get_(path);
  Kinds kinds;
  if (reply.status == 404) return kinds;
  const Json answer = parse_json(expect_success(cluster_, reply).body);
  for (const Json& row : list(answer, "resources")) {
    const std::string plural = text_member(row, "name");
    if (plural.find('/') != std::string::npos) continue;  // a subresource
    const auto namespaced = row.find("namespaced");
    kinds[text_member(row, "kind")] = {path, plural, namespaced == row.end() || *namespaced == true};
  }
  return kinds;
}

}  // namespace podload::cluster
