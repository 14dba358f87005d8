// A parsed text with secrets in it, such as a kubeconfig. Owned by the function that parses it; not shared between
// threads. Does not throw.
#pragma once

#include <utility>

#include "podload/json.hpp"
#include "podload/secret.hpp"

namespace podload::cluster {

/// Overwrites every text of the tree when it is destroyed.
class SecretTree {
 public:
  explicit SecretTree(Json tree) : tree_(std::move(tree)) {}
  SecretTree(const SecretTree&) = delete;
  SecretTree& operator=(const SecretTree&) = delete;
  ~SecretTree() { wipe(tree_); }

  const Json& operator*() const { return tree_; }
  const Json* operator->() const { return &tree_; }
  Json& operator*() { return tree_; }

 private:
  Json tree_;
};

}  // namespace podload::cluster
