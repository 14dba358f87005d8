#include "podload/json.hpp"

#include "podload/error.hpp"

namespace podload {
namespace {

constexpr int kDeepest = 64;

}  // namespace

Json parse_json(std::string_view text) {
  bool too_deep = false;
  const auto watch_depth = [&](int depth, Json::parse_event_t event, Json&) {
    if (depth > kDeepest && (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start))
      too_deep = true;
    return !too_deep;
  };
  Json value = Json::parse(text.begin(), text.end(), watch_depth, /*allow_exceptions=*/false);
  if (value.is_discarded() || too_deep) throw Error("not_json");
  return value;
}

std::string print_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text_member(const Json& object, std::string_view name, std::string_view otherwise) {
  if (object.is_object()) {
    const auto found = object.find(name);
    if (found != object.end() && found->is_string()) return found->get<std::string>();
  }
  return std::string(otherwise);
}

}  // namespace podload
