// A text that must not be printed: it has no stream operator and no JSON form, and overwrites its memory when
// destroyed. Value type; any thread.
#pragma once

#include <string>
#include <string_view>

#include "podload/json.hpp"

namespace podload {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  /// The text itself. Call it only where the text is needed, and keep no copy.
  const std::string& reveal() const noexcept { return text_; }
  bool empty() const noexcept { return text_.empty(); }

 private:
  void wipe() noexcept;
  std::string text_;
};

/// Takes a text out of a request's body or another tree: overwrites it there and erases the member. Empty if `object` is not
/// an object or the member is not a text.
Secret take_text(Json& object, std::string_view member);
/// Overwrites every text of the tree.
void wipe(Json& tree) noexcept;

}  // namespace podload
