#include "cluster_rules.hpp"

#include <algorithm>
#include <cctype>

#include "podload/error.hpp"

namespace podload::cluster {
namespace {

constexpr std::size_t kLabelPart = 63, kSubdomain = 253;

bool is_alphanumeric(unsigned char c) { return std::isalnum(c) != 0; }
bool is_lower_or_digit(unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0; }

bool is_dns_label(std::string_view text) {
  if (text.empty() || text.size() > kLabelPart || !is_lower_or_digit(text.front()) || !is_lower_or_digit(text.back())) return false;
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_dns_subdomain(std::string_view text) {
  if (text.size() > kSubdomain) return false;
  for (;;) {
    const auto dot = text.find('.');
    if (!is_dns_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

/// A label's value, or the part of its name after the slash.
bool is_label_part(std::string_view text) {
  if (text.empty() || text.size() > kLabelPart || !is_alphanumeric(text.front()) || !is_alphanumeric(text.back())) return false;
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_label_name(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return is_label_part(text);
  return is_dns_subdomain(text.substr(0, slash)) && is_label_part(text.substr(slash + 1));
}

}  // namespace

void check_name(const std::string& name, const std::vector<std::string>& literals) {
  if (!is_dns_label(name)) throw Error("bad_cluster_name");
  if (std::find(literals.begin(), literals.end(), name) != literals.end()) throw Error("cluster_name_taken", {{"cluster", name}});
}

void check_label(const LoadLabel& label) {
  if (!is_label_name(label.name)) throw Error("bad_label", {{"field", "label_name"}});
  if (!is_label_part(label.online)) throw Error("bad_label", {{"field", "online_value"}});
  if (!is_label_part(label.done) || label.done == label.online) throw Error("bad_label", {{"field", "done_value"}});
}

}  // namespace podload::cluster
