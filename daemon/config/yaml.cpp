#include "config/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

#include "podload/error.hpp"
#include "podload/files.hpp"
#include "podload/text.hpp"

namespace podload {
namespace {

constexpr std::size_t kDeepest = 64;

[[noreturn]] void refuse(const YAML::Mark& mark, const std::string& what) {
  throw Error("not_yaml", {{"line", mark.line + 1}, {"what", what}});
}

/// The value of an unquoted scalar by the core schema of YAML 1.2.
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

/// Builds JSON from the parser's events, which still show aliases and duplicate keys.
class JsonBuilder final : public YAML::EventHandler {
 public:
  Json result() && { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(mark, nullptr); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse(mark, "aliases (*name) are not supported"); }
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
    if (parent.contains(key)) refuse(mark, "the key `" + key + "` occurs twice");
    return &(parent[key] = std::move(value));
  }

  void open(const YAML::Mark& mark, Json empty) {
    if (open_.size() >= kDeepest) refuse(mark, "it has more than 64 levels");
    open_.push_back(add(mark, std::move(empty)));
  }

  Json root_;
  std::vector<Json*> open_;  // parents outlive children, and an open array grows only at its end
  std::optional<std::string> key_;
};

/// Whether the text may be unquoted and is still read as text, also by YAML 1.1 ("no", "0x10").
bool is_plain(const std::string& text) {
  const auto letter = [](unsigned char c) { return std::isalpha(c) != 0 || c == '/' || c == '_'; };
  const auto fits = [&](unsigned char c) { return letter(c) || std::isdigit(c) != 0 || c == '-' || c == '.' || c == ' ' || c == '=' || c == '+'; };
  if (text.empty() || !letter(static_cast<unsigned char>(text.front())) || text.back() == ' ') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool colon = text[i] == ':' && i + 1 < text.size() && text[i + 1] != ' ';
    if (!colon && !fits(static_cast<unsigned char>(text[i]))) return false;
  }
  static const std::set<std::string> kBooleans{"y", "n", "yes", "no", "on", "off", "true", "false", "null"};
  return kBooleans.count(lower_case(text)) == 0;
}

/// Whether a literal block preserves the text: it ends in exactly one line break, does not begin with white space, and
/// contains nothing that needs an escape.
bool is_block(const std::string& text) {
  const bool one_end = text.size() > 1 && text.back() == '\n' && text[text.size() - 2] != '\n';
  if (!one_end || std::isspace(static_cast<unsigned char>(text.front())) != 0) return false;
  if (text.find(" \n") != std::string::npos) return false;
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7F); });
}

void emit_text(YAML::Emitter& out, const std::string& text) {
  if (is_block(text)) {
    out << YAML::Literal << text;
  } else if (is_plain(text)) {
    out << text;
  } else {
    out << YAML::DoubleQuoted << text;
  }
}

void emit(YAML::Emitter& out, const Json& value) {
  if (value.is_object()) {
    out << (value.empty() ? YAML::Flow : YAML::Block) << YAML::BeginMap;
    for (const auto& [key, member] : value.items()) {
      out << YAML::Key;
      if (is_plain(key)) out << key;
      else out << YAML::DoubleQuoted << key;
      out << YAML::Value;
      emit(out, member);
    }
    out << YAML::EndMap;
  } else if (value.is_array()) {
    out << (value.empty() ? YAML::Flow : YAML::Block) << YAML::BeginSeq;
    for (const Json& item : value) emit(out, item);
    out << YAML::EndSeq;
  } else if (value.is_string()) {
    emit_text(out, value.get<std::string>());
  } else if (value.is_null()) {
    out << YAML::Null;
  } else {
    out << print_json(value);  // true, 3, 1.5
  }
}

}  // namespace

std::string print_yaml(const Json& value) {
  YAML::Emitter out;
  emit(out, value);
  std::string text(out.c_str(), out.size());
  if (!text.ends_with('\n')) text += '\n';  // a block at the end has its own line break
  return text;
}

Json parse_yaml(std::string_view text) {
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    JsonBuilder builder;
    parser.HandleNextDocument(builder);
    JsonBuilder second;
    if (parser.HandleNextDocument(second)) throw Error("not_yaml", {{"line", 0}, {"what", "it must be one document"}});
    return std::move(builder).result();
  } catch (const YAML::Exception& error) {
    refuse(error.mark, error.msg);
  }
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
