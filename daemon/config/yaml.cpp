#include "config/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

#include "podload/error.hpp"

namespace podload {
namespace {

constexpr std::size_t kDeepest = 64;

[[noreturn]] void refuse(const YAML::Mark& mark, const std::string& what) {
  throw Error("not_yaml", {{"line", mark.line + 1}, {"what", what}});
}

/// The value of an unquoted scalar by YAML 1.2's core schema.
Json plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  const char* begin = text.data() + (text[0] == '+' ? 1 : 0);
  const char* end = text.data() + text.size();
  std::int64_t whole = 0;
  if (const auto [stop, error] = std::from_chars(begin, end, whole); error == std::errc() && stop == end) return whole;
  const bool numeric = text.find_first_not_of("+-.0123456789eE") == std::string::npos &&
                       text.find_first_of("0123456789") != std::string::npos;
  double number = 0;
  if (numeric) {
    if (const auto [stop, error] = std::from_chars(begin, end, number); error == std::errc() && stop == end)
      return number;
  }
  return text;
}

/// Builds JSON from the parser's events, so that aliases and duplicate keys are seen as such.
class JsonBuilder final : public YAML::EventHandler {
 public:
  Json result() && { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(mark, nullptr); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse(mark, "an alias (*name) stands here"); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    const bool plain = tag.empty() || tag == "?";
    if (expects_key()) {
      key_ = value;
      return;
    }
    add(mark, plain ? plain_scalar(value) : Json(value));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(mark, Json::array());
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(mark, Json::object());
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  bool expects_key() const { return !open_.empty() && open_.back()->is_object() && !key_; }

  Json* add(const YAML::Mark& mark, Json value) {
    if (expects_key()) refuse(mark, "a key must be text");
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    const std::string key = std::move(*key_);
    key_.reset();
    if (parent.contains(key)) refuse(mark, "the key `" + key + "` stands twice");
    return &(parent[key] = std::move(value));
  }

  void open(const YAML::Mark& mark, Json empty) {
    if (open_.size() >= kDeepest) refuse(mark, "more than 64 levels");
    open_.push_back(add(mark, std::move(empty)));
  }

  Json root_;
  std::vector<Json*> open_;  // parents outlive children, and arrays grow only at their end while open
  std::optional<std::string> key_;
};

}  // namespace

Json parse_yaml(std::string_view text) {
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    JsonBuilder builder;
    parser.HandleNextDocument(builder);
    JsonBuilder second;
    if (parser.HandleNextDocument(second)) throw Error("not_yaml", {{"line", 0}, {"what", "several documents"}});
    return std::move(builder).result();
  } catch (const YAML::Exception& error) {
    refuse(error.mark, error.msg);
  }
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (!stream || (stream.peek() != std::ifstream::traits_type::eof() && !(text << stream.rdbuf())))
    throw Error("file_unreadable", {{"file", file.string()}, {"what", std::strerror(errno)}});
  return text.str();
}

Json read_yaml(const std::filesystem::path& file) {
  const std::string text = read_file(file);
  try {
    return parse_yaml(text);
  } catch (const Error& error) {
    Json args = error.args();
    args["file"] = file.string();
    throw Error("bad_yaml_file", std::move(args));
  }
}

}  // namespace podload
