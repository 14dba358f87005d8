#include <algorithm>
#include <cctype>

#include "podload/error.hpp"
#include "podload/json_view.hpp"
#include "podload/kube_client.hpp"
#include "podload/text.hpp"

namespace podload {
namespace {

constexpr std::size_t kShown = 500, kMostCauses = 16;
constexpr std::string_view kLeftOut = "\xE2\x80\xA6";
constexpr std::string_view kNoBreakSpace = "\xC2\xA0";

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == ']'; }

/// Where a Go value printed with its type ("core.PodSpec{") begins; npos if there is none.
std::size_t literal_at(std::string_view text, std::size_t from = 0) {
  for (auto at = text.find('{', from); at != std::string_view::npos; at = text.find('{', at + 1))
    if (at > 0 && is_word(text[at - 1])) return at;
  return std::string_view::npos;
}

/// Whether the lines after an error's first are a printed object or a diff of two: go-cmp's diffs contain no-break
/// spaces and mark added lines.
bool is_diff(std::string_view lines) {
  return literal_at(lines) != std::string_view::npos || lines.find(kNoBreakSpace) != std::string_view::npos ||
         lines.find("\n+") != std::string_view::npos || lines.find("{\"") != std::string_view::npos;
}

/// Just behind the bracket that closes the one at `open`, ignoring quoted text; the end if there is none.
std::size_t behind_block(std::string_view text, std::size_t open) {
  int depth = 0;
  char quote = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == '\\' && quote != '`') ++at;
      else if (c == quote) quote = 0;
    } else if (c == '"' || c == '`') {
      quote = c;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return at + 1;
    }
  }
  return text.size();
}

/// Removes blocks in braces that are objects: those preceded by a type, and JSON.
std::string without_objects(std::string_view text) {
  std::string kept;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto open = text.find('{', at);
    if (open == std::string_view::npos) break;
    const bool typed = open > 0 && is_word(text[open - 1]);
    const bool json = text.substr(open, 3).find('"') != std::string_view::npos;
    if (!typed && !json) {
      kept.append(text.substr(at, open + 1 - at));
      at = open + 1;
      continue;
    }
    kept.append(text.substr(at, open - at)).append("{").append(kLeftOut).append("}");
    at = behind_block(text, open);
  }
  return kept.append(text.substr(std::min(at, text.size())));
}

/// A validation error quotes the field's value, which may be a variable or other data that must not be shown.
std::string without_values(std::string text) {
  constexpr std::string_view kMark = "nvalid value: \"";
  for (auto at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at)) {
    at += kMark.size();
    const std::string_view field = std::string_view(text).substr(0, at);
    const auto begin = field.find_last_of(" ,", field.size() - kMark.size() - 4);
    const std::string_view path = field.substr(begin == std::string_view::npos ? 0 : begin);
    if (field.find("env[") == std::string_view::npos && path.find("ata") == std::string_view::npos) continue;
    auto end = at;
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    text.replace(at, std::min(end, text.size()) - at, kLeftOut);
  }
  return text;
}

}  // namespace

std::string cluster_text(std::string_view text) {
  // The first line of a long text is the one that counts; the rest is examined only as far as it may be shown.
  text = text.substr(0, 64 * kShown);
  if (const auto end = text.find('\n'); end != std::string_view::npos && is_diff(text.substr(end))) text = text.substr(0, end);
  std::string one_line = without_values(without_objects(text));
  std::replace_if(one_line.begin(), one_line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  while (!one_line.empty() && one_line.back() == ' ') one_line.pop_back();
  return clean_text(one_line, kShown);
}

KubeStatus status_of(const KubeReply& reply) {
  KubeStatus status;
  const auto first = reply.body.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return status;
  if (reply.body[first] != '{') {
    status.message = cluster_text(std::string_view(reply.body).substr(0, 2 * kShown));
    return status;
  }
  try {
    const JsonDocument document(reply.body);
    const JsonView root = document.root();
    status.reason = clean_text(root["reason"].text(), 64);
    status.message = cluster_text(root["message"].text());
    root["details"]["causes"].each([&](JsonView cause) {
      if (status.causes.size() == kMostCauses) return;
      status.causes.push_back({clean_text(cause["reason"].text(), 64), clean_text(cause["field"].text(), 200), cluster_text(cause["message"].text())});
    });
  } catch (const Error&) {
    status.message = std::string(kLeftOut);  // unreadable JSON might contain anything
  }
  return status;
}

}  // namespace podload
