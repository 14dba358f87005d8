// Reads Kubernetes' JSON without building a tree of it.
//
// A JsonDocument parses a text into a copy of its own; its views live as long as the document or until the next read().
// A value that is missing or of another type reads as an empty view, an empty string, zero or false, because Kubernetes
// omits empty values. Not thread-safe: one thread per document at a time. The library behind it (simdjson) is not part
// of this interface.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "podload/json.hpp"

namespace podload {

using Labels = std::map<std::string, std::string, std::less<>>;

class JsonView {
 public:
  JsonView() = default;

  explicit operator bool() const { return exists_; }

  JsonView operator[](std::string_view key) const;

  /// The value at a JSON pointer (RFC 6901).
  JsonView at(std::string_view pointer) const;

  std::string_view text(std::string_view otherwise = {}) const;
  std::string string() const { return std::string(text()); }
  std::int64_t number(std::int64_t otherwise = 0) const;
  bool flag(bool otherwise = false) const;

  bool is_object() const;
  bool is_array() const;
  /// The number of items of a list, or of members of an object.
  std::size_t size() const;

  /// Calls `use(JsonView)` for each item of a list.
  template <class Use>
  void each(Use&& use) const {
    for_items(context_of(use), [](void* context, JsonView item) { (*static_cast<std::remove_reference_t<Use>*>(context))(item); });
  }

  /// Calls `use(std::string_view, JsonView)` for each member of an object.
  template <class Use>
  void each_member(Use&& use) const {
    for_members(context_of(use), [](void* context, std::string_view key, JsonView value) {
      (*static_cast<std::remove_reference_t<Use>*>(context))(key, value);
    });
  }

  /// An object of strings: labels, annotations, a selector.
  Labels labels() const;

  /// The value as a tree. For one object, not for lists: a tree takes about 50 bytes per value. Throws
  /// KubeError (bad_reply) for more than 100,000 values.
  Json tree() const;

 private:
  friend class JsonDocument;
  struct Access;
  /// The value's place in the document, as simdjson stores it.
  struct Place {
    const void* document = nullptr;
    std::size_t index = 0;
  };
  explicit JsonView(Place place, bool exists) : place_(place), exists_(exists) {}

  /// Passes a callable, constant or not, through a plain pointer.
  template <class Use>
  static void* context_of(Use& use) {
    return const_cast<void*>(static_cast<const void*>(std::addressof(use)));
  }
  void for_items(void* context, void (*use)(void* context, JsonView item)) const;
  void for_members(void* context, void (*use)(void* context, std::string_view key, JsonView value)) const;

  Place place_;
  bool exists_ = false;
};

class JsonDocument {
 public:
  /// Throws KubeError (bad_reply) if it is not JSON, or has more than 128 nested levels or 3,000,000 values.
  explicit JsonDocument(std::string_view text);
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  JsonView root() const { return root_; }

  /// Parses another text, reusing the memory; views of the previous text become invalid. Throws as above.
  void read(std::string_view text);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  JsonView root_;
};

}  // namespace podload
