#include "podload/secret.hpp"

#include <openssl/crypto.h>

namespace podload {

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    text_ = other.text_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
  }
  return *this;
}

void Secret::wipe() noexcept {
  text_.resize(text_.capacity());  // a short text that was moved away is still in the string
  // Not memset: the compiler may remove a write that nothing reads.
  OPENSSL_cleanse(text_.data(), text_.size());
  text_.clear();
}

Secret take_text(Json& object, std::string_view member) {
  if (!object.is_object()) return Secret();
  const auto found = object.find(member);
  if (found == object.end() || !found->is_string()) return Secret();
  Secret text(found->get_ref<const std::string&>());  // a copy: a short text that is moved leaves its characters behind
  wipe(*found);
  object.erase(found);
  return text;
}

void wipe(Json& tree) noexcept {
  if (tree.is_string()) {
    std::string& text = tree.get_ref<std::string&>();
    OPENSSL_cleanse(text.data(), text.size());
  } else if (tree.is_structured()) {
    for (Json& child : tree) wipe(child);
  }
}

}  // namespace podload
