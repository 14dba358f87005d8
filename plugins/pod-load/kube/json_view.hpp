// Kubernetes' JSON, read without copying. Only home of simdjson.
//
// A JsonDocument owns the text; its views live as long as it does. What is missing or of another
// type reads as an empty view, an empty text, zero or false: Kubernetes leaves out what is empty.
// A document belongs to one thread at a time.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace podload {

using Labels = std::map<std::string, std::string, std::less<>>;

class JsonView {
 public:
  JsonView() = default;
  explicit JsonView(simdjson::dom::element element) : element_(element), exists_(!element.is_null()) {}

  explicit operator bool() const { return exists_; }

  JsonView operator[](std::string_view key) const {
    simdjson::dom::element member;
    if (!exists_ || element_[key].get(member) != simdjson::SUCCESS) return {};
    return JsonView(member);
  }

  /// The value at a JSON pointer (RFC 6901).
  JsonView at(std::string_view pointer) const {
    simdjson::dom::element member;
    if (!exists_ || element_.at_pointer(pointer).get(member) != simdjson::SUCCESS) return {};
    return JsonView(member);
  }

  std::string_view text(std::string_view otherwise = {}) const {
    std::string_view value;
    return exists_ && element_.get(value) == simdjson::SUCCESS ? value : otherwise;
  }
  std::string string() const { return std::string(text()); }

  std::int64_t number(std::int64_t otherwise = 0) const {
    std::int64_t value = 0;
    return exists_ && element_.get(value) == simdjson::SUCCESS ? value : otherwise;
  }

  bool flag(bool otherwise = false) const {
    bool value = false;
    return exists_ && element_.get(value) == simdjson::SUCCESS ? value : otherwise;
  }

  /// Calls `use(JsonView)` for each item of a list.
  template <class Use>
  void each(Use&& use) const {
    simdjson::dom::array items;
    if (!exists_ || element_.get(items) != simdjson::SUCCESS) return;
    for (const simdjson::dom::element item : items) use(JsonView(item));
  }

  /// Calls `use(std::string_view, JsonView)` for each member of an object.
  template <class Use>
  void each_member(Use&& use) const {
    simdjson::dom::object members;
    if (!exists_ || element_.get(members) != simdjson::SUCCESS) return;
    for (const auto& [key, value] : members) use(key, JsonView(value));
  }

  /// An object of texts: labels, annotations, a selector.
  Labels labels() const {
    Labels result;
    each_member([&](std::string_view key, JsonView value) { result.emplace(key, value.text()); });
    return result;
  }

 private:
  simdjson::dom::element element_{};
  bool exists_ = false;
};

class JsonDocument {
 public:
  /// Throws Error{"kube_bad_reply"} where it is no JSON.
  explicit JsonDocument(std::string_view text);
  JsonView root() const { return root_; }

 private:
  std::unique_ptr<simdjson::dom::parser> parser_;
  JsonView root_;
};

}  // namespace podload
