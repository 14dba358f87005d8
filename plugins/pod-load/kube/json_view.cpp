#include "kube/json_view.hpp"

#include "podload/error.hpp"

namespace podload {

JsonDocument::JsonDocument(std::string_view text) : parser_(std::make_unique<simdjson::dom::parser>()) {
  simdjson::dom::element root;
  const auto error = parser_->parse(text.data(), text.size()).get(root);
  if (error != simdjson::SUCCESS) throw Error("kube_bad_reply", {{"what", simdjson::error_message(error)}});
  root_ = JsonView(root);
}

}  // namespace podload
