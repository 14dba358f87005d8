// A kind that is followed: in all namespaces together, or, if the kubeconfig may not list these, in each namespace that
// somebody looks at. Not thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "live/mirrored.hpp"
#include "podload/kube_mirror.hpp"

namespace podload::pod_load {

template <class Table>
class Followed {
 public:
  using Mirror = std::shared_ptr<Mirrored<Table>>;
  using Make = std::function<Mirror()>;
  using Follow = std::function<std::unique_ptr<KubeFeed>(const std::string& path, const Mirror& mirror)>;

  /// The mirror that has the namespace's objects (empty: those of all), followed from now on. `path` is that of the
  /// objects of all namespaces, as discovery has it now. Throws what `follow` throws.
  Mirror in(const std::string& name_space, const std::string& path, const Make& make, const Follow& follow) {
    const Mirror& all = begin(all_, path, make, follow);
    const bool is_refused = all->is_refused();
    if (!is_refused) alone_.clear();
    if (!is_refused || name_space.empty()) return all;
    if (alone_.size() >= kMostAlone && !alone_.contains(name_space)) alone_.erase(alone_.begin());
    return begin(alone_[name_space], in_namespace(path, name_space), make, follow);
  }

  /// The same if it is followed already, else null.
  Mirror known(const std::string& name_space) const {
    if (name_space.empty() || !all_.mirror || !all_.mirror->is_refused()) return all_.mirror;
    const auto found = alone_.find(name_space);
    return found == alone_.end() ? nullptr : found->second.mirror;
  }

  /// The path of the objects of all namespaces; empty if it is not followed.
  const std::string& path() const { return all_.path; }

 private:
  static constexpr std::size_t kMostAlone = 64;  // each is a connection to the API server

  struct One {
    std::string path;
    Mirror mirror;
    std::unique_ptr<KubeFeed> feed;
  };

  static const Mirror& begin(One& one, const std::string& path, const Make& make, const Follow& follow) {
    if (one.feed && one.path == path) return one.mirror;
    one.feed.reset();
    one.path = path;
    one.mirror = make();
    one.feed = follow(path, one.mirror);
    return one.mirror;
  }

  static std::string in_namespace(const std::string& path, const std::string& name_space) {
    const auto slash = path.rfind('/');
    return path.substr(0, slash) + "/namespaces/" + name_space + path.substr(slash);
  }

  One all_;
  std::map<std::string, One> alone_;  ///< By namespace.
};

}  // namespace podload::pod_load
