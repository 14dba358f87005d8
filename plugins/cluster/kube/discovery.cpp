#include "kube/discovery.hpp"

#include "kube/status.hpp"
#include "podload/encoding.hpp"
#include "podload/json_view.hpp"

namespace podload::cluster {
namespace {

constexpr std::chrono::minutes kCacheTime{5};
constexpr std::chrono::seconds kAbsenceCacheTime{20};
// So that not every caller sends requests to a failing server.
constexpr std::chrono::seconds kFailureCacheTime{3};
constexpr std::size_t kMostPaths = 512;

}  // namespace

std::optional<std::string> Discovery::group_path(std::string_view group, const std::vector<std::string>& versions) {
  const Groups known = groups();
  const auto found = known.find(group);
  if (found != known.end())
    for (const std::string& version : versions)
      if (found->second.count(version) > 0) return (group.empty() ? "/api/" : "/apis/" + std::string(group) + "/") + version;
  const MutexLock lock(mutex_);
  if (groups_) groups_->until = std::min(groups_->until, clock_.steady() + kAbsenceCacheTime);
  return std::nullopt;
}

std::optional<KubeResource> Discovery::resource(std::string_view api_version, std::string_view kind) {
  const auto slash = api_version.find('/');
  const std::string path = slash == std::string_view::npos
                               ? "/api/" + percent_encode(api_version)
                               : "/apis/" + percent_encode(api_version.substr(0, slash)) + "/" + percent_encode(api_version.substr(slash + 1));
  std::optional<Kinds> kinds;
  {
    const MutexLock lock(mutex_);
    const auto found = kinds_.find(path);
    if (found != kinds_.end() && clock_.steady() < found->second.until) kinds = found->second.value;
  }
  if (!kinds) {
    kinds = fetch_kinds(path);
    const MutexLock lock(mutex_);
    if (kinds_.size() >= kMostPaths) kinds_.clear();  // paths also come from objects, whose apiVersion may be any text
    kinds_[path] = {*kinds, clock_.steady() + (kinds->count(std::string(kind)) > 0 ? kCacheTime : std::chrono::minutes(0) + kAbsenceCacheTime)};
  }
  const auto found = kinds->find(kind);
  return found == kinds->end() ? std::nullopt : std::optional(found->second);
}

Discovery::Groups Discovery::groups() {
  {
    const MutexLock lock(mutex_);
    if (groups_ && clock_.steady() < groups_->until) return groups_->value;
  }
  const Groups fetched = fetch_groups();  // two callers may send this at the same time; both get the same result
  const MutexLock lock(mutex_);
  groups_ = {fetched, clock_.steady() + kCacheTime};
  return fetched;
}

Discovery::Groups Discovery::fetch_groups() {
  Groups groups;
  const KubeReply core_reply = get_("/api"), named_reply = get_("/apis");
  const JsonDocument core(expect_success(cluster_, core_reply).body);
  core.root()["versions"].each([&](JsonView version) {
    if (!version.text().empty()) groups[""].insert(version.string());
  });
  const JsonDocument named(expect_success(cluster_, named_reply).body);
  named.root()["groups"].each([&](JsonView group) {
    group["versions"].each([&](JsonView version) { groups[group["name"].string()].insert(version["version"].string()); });
  });
  return groups;
}

Discovery::Kinds Discovery::fetch_kinds(const std::string& path) {
  {
    const MutexLock lock(mutex_);
    const auto failed = failures_.find(path);
    if (failed != failures_.end() && clock_.steady() < failed->second.until) throw KubeError(failed->second.value);
  }
  try {
    const KubeReply reply = get_(path);
    Kinds kinds;
    if (reply.status == 404) return kinds;
    const JsonDocument answer(expect_success(cluster_, reply).body);
    answer.root()["resources"].each([&](JsonView row) {
      const std::string_view plural = row["name"].text();
      if (plural.find('/') != std::string_view::npos) return;  // a subresource
      kinds[row["kind"].string()] = {path, std::string(plural), row["namespaced"].flag(true)};
    });
    return kinds;
  } catch (const KubeError& error) {
    const MutexLock lock(mutex_);
    if (failures_.size() >= kMostPaths) failures_.clear();
    failures_.insert_or_assign(path, Cached<KubeError>{error, clock_.steady() + kFailureCacheTime});
    throw;
  }
}

}  // namespace podload::cluster
