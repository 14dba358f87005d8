// Texts that many records share, as owners' uids and labels' names are: each is stored once. Any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "podload/mutex.hpp"

namespace podload::pod_load {

/// Never null. Equal texts of one pool are the same object.
using Name = std::shared_ptr<const std::string>;

class Names {
 public:
  Name of(std::string_view text);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    std::size_t operator()(const Name& name) const { return (*this)(std::string_view(*name)); }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const Name& a, const Name& b) const { return *a == *b; }
    bool operator()(std::string_view a, const Name& b) const { return a == *b; }
    bool operator()(const Name& a, std::string_view b) const { return *a == b; }
  };

  Mutex mutex_;
  std::unordered_set<Name, Hash, Equal> names_ PODLOAD_GUARDED_BY(mutex_);
  std::size_t sweep_at_ PODLOAD_GUARDED_BY(mutex_) = 1024;  ///< When so many are stored, those without a user go.
};

}  // namespace podload::pod_load
