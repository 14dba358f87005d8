#include "plugin_host/cluster_rights.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "base/faults.hpp"
#include "base/spelling.hpp"
#include "podload/error.hpp"
#include "podload/text.hpp"

namespace podload {
namespace {

constexpr std::size_t kLongestName = 253, kLongestPurpose = 200;

const std::vector<std::string> kKeys{"group", "resource", "verbs", "optional", "for"};
// No `*`, and none of the verbs that give further rights (bind, escalate, impersonate).
const std::vector<std::string> kVerbs{"get", "list", "watch", "create", "update", "patch", "delete"};

[[noreturn]] void refuse(const std::string& plugin, const std::string& what) {
  throw Error("bad_manifest", {{"plugin", plugin}, {"what", "cluster_rights: " + what}});
}

bool is_name(std::string_view text, std::string_view more = {}) {
  return text.size() <= kLongestName && std::all_of(text.begin(), text.end(), [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                  more.find(c) != std::string_view::npos;
         });
}

/// "pods", or with a subresource "pods/log".
bool is_resource(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return is_name(text);
  const std::string_view kind = text.substr(0, slash), subresource = text.substr(slash + 1);
  return !kind.empty() && !subresource.empty() && is_name(kind) && is_name(subresource);
}

class Checker {
 public:
  explicit Checker(const std::string& plugin) : plugin_(plugin) {}

  void check(const Json& row) {
    ++number_;
    resource_.clear();
    if (!row.is_object()) refuse_row("it must be a mapping");
    resource_ = text_of(row, "resource");
    for (const auto& [key, value] : row.items())
      if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end())
        refuse_row("`" + key + "` is not known; did you mean `" + nearest(key, kKeys) + "`?");
    if (resource_.empty()) refuse_row("`resource` is missing: the plural of the kind, such as `pods`");
    if (!is_resource(resource_))
      refuse_row("`resource` must be the plural of a kind in lower case, such as `pods` or `pods/log`");
    const std::string group = text_of(row, "group");
    if (!is_name(group, ".")) refuse_row("`group` must be an API group, such as `apps`; leave it out for Kubernetes' core");
    if (const auto optional = row.find("optional"); optional != row.end() && !optional->is_boolean())
      refuse_row("`optional` must be true or false");
    const std::string purpose = text_of(row, "for");
    if (purpose.empty()) refuse_row("`for` is missing: what the plugin uses the right for");
    if (clean_text(purpose, kLongestPurpose) != purpose)
      refuse_row("`for` must be one line of at most " + std::to_string(kLongestPurpose) +
                 " characters without control characters");
    check_verbs(row, group);
  }

 private:
  void check_verbs(const Json& row, const std::string& group) {
    const Json verbs = row.value("verbs", Json::array());
    if (!verbs.is_array() || verbs.empty()) refuse_row("`verbs` must be a list of at least one verb");
    for (const Json& item : verbs) {
      const std::string verb = item.is_string() ? item.get<std::string>() : print_json(item);
      if (std::find(kVerbs.begin(), kVerbs.end(), verb) == kVerbs.end())
        refuse_row("the verb `" + verb + "` is not one of " + all_verbs());
      if (!seen_.insert({group, resource_, verb}).second)
        refuse_row("`" + verb + "` of this resource is declared twice");
    }
  }

  std::string text_of(const Json& row, const char* key) const {
    const auto found = row.find(key);
    if (found == row.end()) return {};
    if (!found->is_string()) refuse_row(std::string("`") + key + "` must be a text");
    return found->get<std::string>();
  }

  static std::string all_verbs() {
    std::string text;
    for (const std::string& verb : kVerbs) text += (text.empty() ? "" : ", ") + verb;
    return text;
  }

  [[noreturn]] void refuse_row(const std::string& what) const {
    refuse(plugin_, "row " + std::to_string(number_) +
                        (resource_.empty() ? "" : " (" + clean_text(resource_, kLongestName) + ")") + ": " + what);
  }

  const std::string& plugin_;
  int number_ = 0;
  std::string resource_;                     ///< Of the current row.
  std::set<std::vector<std::string>> seen_;  ///< Group, resource and verb.
};

}  // namespace

void check_cluster_rights(const Json& rows, const std::string& plugin, Faults* faults) {
  if (!rows.is_array()) refuse(plugin, "it must be a list");
  Checker checker(plugin);
  for (const Json& row : rows) attempt(faults, [&] { checker.check(row); });
}

}  // namespace podload
