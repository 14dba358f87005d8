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

}  // namespace podload
