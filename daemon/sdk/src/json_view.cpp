#include "podload/json_view.hpp"

#include <simdjson.h>

#include <bit>

#include "podload/kube_client.hpp"

namespace podload {
namespace {

constexpr std::size_t kDeepest = 128, kMostInTree = 100'000;
// Parsing takes about twenty bytes for each of these characters: many times the size of a text that consists of them.
// Kubernetes' own lists have one in twelve bytes; a text with more than one in four is not from Kubernetes.
constexpr std::size_t kLarge = 1U << 20, kMostMarks = 3'000'000, kBytesOfAMark = 4;

bool has_too_many_marks(std::string_view text) {
  if (text.size() <= kLarge) return false;
  std::size_t marks = 0;
  for (const char c : text) marks += c == ',' || c == ':' || c == '{' || c == '[' ? 1U : 0U;
  return marks > kMostMarks || marks > text.size() / kBytesOfAMark;
}

}  // namespace

/// Converts between a view and simdjson's element: both are a document and an index in it.
struct JsonView::Access {
  static_assert(sizeof(Place) == sizeof(simdjson::dom::element) && std::is_trivially_copyable_v<simdjson::dom::element>);

  static simdjson::dom::element element(const JsonView& view) { return std::bit_cast<simdjson::dom::element>(view.place_); }
  static JsonView view(simdjson::dom::element element) { return JsonView(std::bit_cast<Place>(element), !element.is_null()); }

  template <class Value>
  static bool get(const JsonView& view, Value& value) {
    return view.exists_ && element(view).get(value) == simdjson::SUCCESS;
  }

  static Json tree(simdjson::dom::element element, std::size_t& left) {
    if (left-- == 0) throw KubeError(KubeError::Fault::bad_reply, "kube_bad_reply", {{"what", "an object with too many values"}});
    switch (element.type()) {
      case simdjson::dom::element_type::OBJECT: {
        Json object = Json::object();
        for (const auto& [key, value] : simdjson::dom::object(element)) object[std::string(key)] = tree(value, left);
        return object;
      }
      case simdjson::dom::element_type::ARRAY: {
        Json array = Json::array();
        for (const simdjson::dom::element item : simdjson::dom::array(element)) array.push_back(tree(item, left));
        return array;
      }
      case simdjson::dom::element_type::STRING: return std::string(std::string_view(element));
      case simdjson::dom::element_type::INT64: return std::int64_t(element);
      case simdjson::dom::element_type::UINT64: return std::uint64_t(element);
      case simdjson::dom::element_type::DOUBLE: return double(element);
      case simdjson::dom::element_type::BOOL: return bool(element);
      case simdjson::dom::element_type::NULL_VALUE: break;
    }
    return {};
  }
};

JsonView JsonView::operator[](std::string_view key) const {
  simdjson::dom::element member;
  if (!exists_ || Access::element(*this)[key].get(member) != simdjson::SUCCESS) return {};
  return Access::view(member);
}

JsonView JsonView::at(std::string_view pointer) const {
  simdjson::dom::element member;
  if (!exists_ || Access::element(*this).at_pointer(pointer).get(member) != simdjson::SUCCESS) return {};
  return Access::view(member);
}

std::string_view JsonView::text(std::string_view otherwise) const {
  std::string_view value;
  return Access::get(*this, value) ? value : otherwise;
}

std::int64_t JsonView::number(std::int64_t otherwise) const {
  std::int64_t value = 0;
  return Access::get(*this, value) ? value : otherwise;
}

bool JsonView::flag(bool otherwise) const {
  bool value = false;
  return Access::get(*this, value) ? value : otherwise;
}

bool JsonView::is_object() const { return exists_ && Access::element(*this).is_object(); }

bool JsonView::is_array() const { return exists_ && Access::element(*this).is_array(); }

std::size_t JsonView::size() const {
  std::size_t count = 0;
  each([&](JsonView) { ++count; });
  each_member([&](std::string_view, JsonView) { ++count; });
  return count;
}

void JsonView::for_items(void* context, void (*use)(void*, JsonView)) const {
  simdjson::dom::array items;
  if (!Access::get(*this, items)) return;
  for (const simdjson::dom::element item : items) use(context, Access::view(item));
}

void JsonView::for_members(void* context, void (*use)(void*, std::string_view, JsonView)) const {
  simdjson::dom::object members;
  if (!Access::get(*this, members)) return;
  for (const auto& [key, value] : members) use(context, key, Access::view(value));
}

Labels JsonView::labels() const {
  Labels result;
  each_member([&](std::string_view key, JsonView value) { result.emplace(key, value.text()); });
  return result;
}

Json JsonView::tree() const {
  std::size_t left = kMostInTree;
  return exists_ ? Access::tree(Access::element(*this), left) : Json();
}

struct JsonDocument::Parser {
  simdjson::dom::parser parser;
};

JsonDocument::JsonDocument(std::string_view text) : parser_(std::make_unique<Parser>()) { read(text); }
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

void JsonDocument::read(std::string_view text) {
  root_ = {};
  if (has_too_many_marks(text)) throw KubeError(KubeError::Fault::bad_reply, "kube_bad_reply", {{"what", "too many values"}});
  simdjson::dom::parser& parser = parser_->parser;
  auto error = parser.capacity() < text.size() || parser.max_depth() != kDeepest ? parser.allocate(text.size(), kDeepest) : simdjson::SUCCESS;
  simdjson::dom::element root;
  if (error == simdjson::SUCCESS) error = parser.parse(text.data(), text.size()).get(root);
  if (error != simdjson::SUCCESS) throw KubeError(KubeError::Fault::bad_reply, "kube_bad_reply", {{"what", simdjson::error_message(error)}});
  root_ = JsonView::Access::view(root);
}

}  // namespace podload
