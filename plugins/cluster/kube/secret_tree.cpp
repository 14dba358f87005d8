#include "kube/secret_tree.hpp"

#include <openssl/crypto.h>

#include <string>

namespace podload::cluster {
namespace {

void wipe(Json& value) {
  if (value.is_string()) {
    std::string& text = value.get_ref<std::string&>();
    OPENSSL_cleanse(text.data(), text.size());
  } else if (value.is_structured()) {
    for (Json& child : value) wipe(child);
  }
}

}  // namespace

SecretTree::~SecretTree() { wipe(tree_); }

Secret take_text(Json& object, std::string_view member) {
  if (!object.is_object()) return Secret();
  const auto found = object.find(member);
  if (found == object.end() || !found->is_string()) return Secret();
  // A copy: a short string that is moved leaves its characters behind.
  Secret text(found->get_ref<const std::string&>());
  wipe(*found);
  object.erase(found);
  return text;
}

}  // namespace podload::cluster
