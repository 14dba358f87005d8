#include "podload/json.hpp"

namespace podload {

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
