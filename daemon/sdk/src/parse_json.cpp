#include "podload/parse_json.hpp"

#include <optional>
#include <vector>

#include "podload/error.hpp"

namespace podload {
namespace {

/// Builds the value from nlohmann's SAX events in one step per event, so that neither the limits nor the check for
/// repeated members make the time grow faster than the text. (nlohmann's own callback visits all children again after
/// each object.) Faults are stored, not thrown, because the parser does not report exceptions here.
class Builder {
 public:
  explicit Builder(const JsonLimits& limits) : limits_(limits) {}

  bool null() { return put(nullptr) != nullptr; }
  bool boolean(bool value) { return put(value) != nullptr; }
  bool number_integer(Json::number_integer_t value) { return put(value) != nullptr; }
  bool number_unsigned(Json::number_unsigned_t value) { return put(value) != nullptr; }
  bool number_float(Json::number_float_t value, const std::string& /*text*/) { return put(value) != nullptr; }
  bool string(std::string& value) { return put(std::move(value)) != nullptr; }
  bool binary(Json::binary_t& /*value*/) { return false; }
  bool start_object(std::size_t /*elements*/) { return open(Json::value_t::object); }
  bool start_array(std::size_t /*elements*/) { return open(Json::value_t::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    const auto [at, added] = open_.back()->get_ref<Json::object_t&>().try_emplace(std::move(name));
    member_ = &at->second;
    if (added || limits_.repeated_members) return true;
    repeated_ = at->first;
    return false;
  }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/, const Json::exception& /*error*/) { return false; }

  bool too_many() const { return values_ > limits_.values; }
  const std::optional<std::string>& repeated() const { return repeated_; }
  Json take() { return std::move(root_); }

 private:
  /// Puts the value in its place; null if that exceeds the limit.
  template <class Value>
  Json* put(Value&& value) {
    ++values_;
    if (too_many()) return nullptr;
    if (open_.empty()) return &(root_ = Json(std::forward<Value>(value)));
    if (open_.back()->is_array()) {
      auto& items = open_.back()->get_ref<Json::array_t&>();
      return &items.emplace_back(std::forward<Value>(value));
    }
    return &(*member_ = Json(std::forward<Value>(value)));
  }

  bool open(Json::value_t type) {
    if (open_.size() >= limits_.levels) return false;
    Json* made = put(Json(type));
    if (made != nullptr) open_.push_back(made);
    return made != nullptr;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  const JsonLimits limits_;
  Json root_;
  std::vector<Json*> open_;  ///< The open arrays and objects, innermost last; no sibling is added meanwhile.
  Json* member_ = nullptr;   ///< Where the next value of the innermost object goes.
  std::size_t values_ = 0;
  std::optional<std::string> repeated_;
};

}  // namespace

Json parse_json(std::string_view text, const JsonLimits& limits) {
  Builder builder(limits);
  const bool whole = Json::sax_parse(text.begin(), text.end(), &builder);
  if (builder.repeated()) throw Error("repeated_member", {{"name", *builder.repeated()}});
  if (builder.too_many()) throw Error("json_too_large", {{"limit", limits.values}});
  if (!whole) throw NotJson();
  return builder.take();
}

}  // namespace podload
