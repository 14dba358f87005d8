#include "users/flask_users.hpp"

#include <algorithm>
#include <iterator>

#include "podload/error.hpp"
#include "podload/files.hpp"
#include "podload/ids.hpp"
#include "podload/parse_json.hpp"
#include "podload/text.hpp"
#include "users/account_rules.hpp"

namespace podload::auth {
namespace {

constexpr std::size_t kLargestFile = 16U << 20U;
constexpr std::size_t kHexOfSha256 = 64;

std::string read(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (!error && size > kLargestFile) throw Error("bad_auth_config", {{"file", file.string()}, {"what", "it is too large"}});
  return read_file(file);
}

Json rows_of(const std::filesystem::path& file) {
  const Json rows = [&] {
    try {
      return parse_json(read(file));
    } catch (const NotJson&) {
      return Json();
    }
  }();
  if (!rows.is_array()) throw Error("bad_auth_config", {{"file", file.string()}, {"what", "it is not a JSON list"}});
  return rows;
}

bool is_true(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

/// Both formats that the predecessor wrote: a list of names, and a mapping of them.
std::vector<std::string> cluster_names(const Json& permissions) {
  std::vector<std::string> names;
  const auto clusters = permissions.find("clusters");
  if (clusters == permissions.end()) return names;
  if (clusters->is_object())
    for (const auto& [name, value] : clusters->items())
      if (value != Json(false) && !value.is_null()) names.push_back(name);
  if (clusters->is_array())
    for (const Json& name : *clusters)
      if (name.is_string()) names.push_back(name.get<std::string>());
  return names;
}

/// The digest in lower case; empty if it is invalid.
std::string digest_of(const Json& row) {
  std::string digest = lower_case(text_member(row, "password_hash"));
  const bool good = digest.size() == kHexOfSha256 && digest.find_first_not_of("0123456789abcdef") == std::string::npos;
  return good ? digest : std::string();
}

/// The predecessor's default passwords.
bool is_delivered(const std::string& digest) {
  return digest == sha256_hex(Secret("admin123")).reveal() || digest == sha256_hex(Secret("user123")).reveal();
}

}  // namespace

std::vector<ImportLine> FlaskUsers::import(const std::filesystem::path& folder, const ClusterNames& names,
                                           AuditLog& log) const {
  std::error_code error;
  std::filesystem::path file = folder / "config" / "auth_config.json";
  if (!std::filesystem::exists(file, error)) file = folder / "auth_config.json";
  if (!std::filesystem::exists(file, error)) return {{"import_no_users", {{"dir", folder.string()}}}};
  std::vector<ImportLine> report;
  const Json rows = rows_of(file);
  int added = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) added += take(rows[i], i + 1, names, log, report) ? 1 : 0;
  report.push_back({"import_users_done", {{"file", file.string()}, {"added", added}, {"all", rows.size()}}});
  return report;
}

bool FlaskUsers::take(const Json& row, std::size_t number, const ClusterNames& names, AuditLog& log,
                      std::vector<ImportLine>& report) const {
  User user;
  user.username = text_member(row, "username");
  const auto say = [&](const char* code, Json args = Json::object()) {
    args["username"] = clean_text(user.username, 64);
    args["number"] = number;
    report.push_back({code, std::move(args)});
  };
  if (!is_username(user.username)) return say("import_user_bad_name"), false;
  const std::string digest = digest_of(row);
  if (digest.empty()) return say("import_user_bad_hash"), false;

  std::vector<ImportLine> notes;
  const auto note = [&](const char* code, Json args = Json::object()) {
    args["username"] = user.username;
    notes.push_back({code, std::move(args)});
  };
  const auto found = row.find("permissions");
  const Json given = found != row.end() && found->is_object() ? *found : Json::object();
  Permissions& may = user.permissions;
  may.level = is_true(given, "admin")   ? Level::admin
              : is_true(given, "write") ? Level::write
              : is_true(given, "read")  ? Level::read
                                        : Level::none;
  may.all_clusters = may.level == Level::admin;
  const std::vector<std::string> listed = may.all_clusters ? std::vector<std::string>() : cluster_names(given);
  for (const std::string& name : listed) {
    const std::string* const id = names.id_of(name);
    const auto same = [&](const ListedCluster& one) { return id != nullptr && one.cluster_id == *id; };
    if (id == nullptr)
      note("import_user_unknown_cluster", {{"cluster", clean_text(name, 64)}});
    else if (std::none_of(may.listed.begin(), may.listed.end(), same))
      may.listed.push_back({*id, {}, true, {}});
  }
  if (!may.all_clusters && listed.empty()) note("import_user_no_clusters");
  user.disabled = is_delivered(digest);
  user.must_change = user.disabled;
  if (user.disabled) note("import_user_default_password");

  const bool is_new = !database_.transact([&](Transaction& tx) { return users_.find(tx, user.username); });
  if (!is_new) return say("import_user_exists"), false;
  user.id = new_uuid();
  user.password_of_sha256 = true;
  user.password_hash = hasher_.hash(Secret(digest));
  AuditEntry entry;
  entry.action = "add_user";
  entry.outcome = "ok";
  entry.username = actor_;
  entry.resource = "user/" + user.username;
  entry.details = {{"level", level_name(may.level)}, {"imported", true}, {"after", permissions_in_log(may, names)}};
  entry.details["after"]["disabled"] = user.disabled;
  const bool added = database_.transact([&](Transaction& tx) {
    if (!users_.add(tx, user)) return false;
    log.record(tx, entry);
    return true;
  });
  if (!added) return say("import_user_exists"), false;
  say("import_user_added",
      {{"level", level_name(may.level)}, {"clusters", may.all_clusters ? Json("all") : Json(may.listed.size())}});
  std::move(notes.begin(), notes.end(), std::back_inserter(report));
  return true;
}

}  // namespace podload::auth
