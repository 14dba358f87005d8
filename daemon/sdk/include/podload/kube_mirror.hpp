// A copy of all objects of one kind in a cluster, kept up to date with list and watch (Kubernetes documentation, "API
// Concepts": efficient detection of changes).
//
// ClusterDirectory::follow() feeds a mirror. Its calls come one at a time, on a thread that works for several mirrors, so
// they must not block. What is kept of the objects, and its lock, is the mirror's affair.
#pragma once

#include <string_view>

#include "podload/error.hpp"
#include "podload/json_view.hpp"

namespace podload {

class KubeMirror {
 public:
  virtual ~KubeMirror() = default;

  /// A complete list follows, as calls of put(): at first, and again when changes were missed.
  virtual void list_begins() = 0;
  /// The list is complete: objects that were not put since list_begins() are gone.
  virtual void list_ends() = 0;

  /// An object of the list, or one that was added or changed. The view is valid during the call.
  virtual void put(JsonView object) = 0;
  /// An object that was deleted, in its last state.
  virtual void erase(JsonView object) = 0;

  /// The mirror has everything that the server has reported up to now: after list_ends() once the server accepts the
  /// watch, after each batch of changes, and when the server confirms that there were none.
  virtual void in_step() = 0;
  /// From now until the next in_step(), changes may be missing: the list or the watch failed with that error, and is
  /// tried again.
  virtual void stale(const Error& why) = 0;
};

/// Destroying it ends the feed soon; a call in progress may still return afterwards.
class KubeFeed {
 public:
  virtual ~KubeFeed() = default;
};

}  // namespace podload
