#include "redact.hpp"

#include <algorithm>
#include <array>

#include "podload/encoding.hpp"
#include "podload/text.hpp"

namespace podload::notify {
namespace {

constexpr std::size_t kShortest = 4;
constexpr std::string_view kInPlace = "***";

/// Path segments that all receivers of a kind share.
constexpr std::array<std::string_view, 16> kCommon{"robot", "send",      "cgi-bin", "webhook", "webhooks", "open-apis", "hook",   "hooks",
                                                   "services", "workflows", "triggers", "notify",  "message",  "messages",  "events", "podload"};

/// Percent-decoded as receivers may do it: a percent sign that begins no escape stays.
std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' ? percent_decode(text.substr(i, 3)) : std::nullopt;
    plain += byte ? byte->front() : text[i];
    if (byte) i += 2;
  }
  return plain;
}

void add(std::vector<std::string>& parts, std::string_view part) {
  if (part.size() < kShortest || std::find(kCommon.begin(), kCommon.end(), part) != kCommon.end()) return;
  for (const std::string& form : {std::string(part), decoded(part), percent_encode(part), base64(part)})
    if (form.size() >= kShortest) parts.push_back(lower_case(form));
}

template <class Work>
void each(std::string_view text, std::string_view separators, Work work) {
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find_first_of(separators, at), text.size());
    work(text.substr(at, end - at));
    at = end + 1;
  }
}

}  // namespace

std::vector<std::string> secret_parts(std::string_view url, std::string_view secret) {
  std::vector<std::string> parts;
  add(parts, secret);
  if (secret.starts_with("whsec_")) add(parts, secret.substr(6));
  const auto scheme = url.find("://");
  const auto slash = url.find_first_of("/?", scheme == std::string_view::npos ? 0 : scheme + 3);
  if (slash != std::string_view::npos) {
    const std::string_view rest = url.substr(slash);
    const std::string_view path = rest.substr(0, rest.find('?'));
    add(parts, rest);
    if (std::count(path.begin(), path.end(), '/') > 1) add(parts, path);
    each(path, "/", [&](std::string_view part) { add(parts, part); });
    if (path.size() < rest.size())
      each(rest.substr(path.size() + 1), "&", [&](std::string_view pair) {
        const auto equals = pair.find('=');
        add(parts, equals == std::string_view::npos ? pair : pair.substr(equals + 1));
      });
  }
  // The longest first: otherwise a part of one would be replaced and the rest stay readable.
  std::sort(parts.begin(), parts.end(), [](const std::string& a, const std::string& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  return parts;
}

std::string redacted(std::string_view text, const std::vector<std::string>& parts) {
  std::string out(text);
  for (const std::string& part : parts) {
    std::string lower = lower_case(out);
    for (auto at = lower.find(part); at != std::string::npos; at = lower.find(part, at + kInPlace.size())) {
      lower.replace(at, part.size(), kInPlace);
      out.replace(at, part.size(), kInPlace);
    }
  }
  return out;
}

}  // namespace podload::notify
