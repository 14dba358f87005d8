#include "audit_store.hpp"

#include <algorithm>
#include <optional>

#include "podload/ids.hpp"
#include "podload/text.hpp"

namespace podload::audit {
namespace {

constexpr std::size_t kNameLength = 300;  // the longest name in Kubernetes has 253 characters
constexpr std::size_t kTextLength = 4000;

using Column = std::optional<std::string>;  // nothing: NULL

Column text_or_null(const std::string& text, std::size_t most) {
  if (text.empty()) return std::nullopt;
  return clean_text(text, most);
}

Column uuid_or_null(const std::string& text) {
  if (!is_uuid(text)) return std::nullopt;
  return text;
}

/// The same value with every text in it cleaned; jsonb takes no NUL.
Json clean(const Json& value) {
  if (value.is_string()) return clean_text(value.get_ref<const std::string&>(), kTextLength);
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value) list.push_back(clean(item));
    return list;
  }
  if (value.is_object()) {
    Json object = Json::object();
    for (const auto& [key, item] : value.items()) object[clean_text(key, kNameLength)] = clean(item);
    return object;
  }
  return value;
}

LogRow row_of(const pqxx::row& columns) {
  LogRow row;
  AuditEntry& entry = row.entry;
  int at = 0;
  const auto text = [&] {
    const pqxx::field field = columns[at++];
    return std::string(field.c_str(), field.size());
  };
  row.id = columns[at++].as<long long>();
  row.at = text();
  entry.phase = text() == "attempt" ? AuditEntry::Phase::attempt : AuditEntry::Phase::outcome;
  for (std::string* const member :
       {&entry.operation, &entry.action, &entry.outcome, &entry.username, &entry.user_id, &entry.credential,
        &entry.address, &entry.request_id, &entry.cluster_id, &entry.cluster, &entry.name_space, &entry.resource,
        &entry.reason})
    *member = text();
  entry.details = parse_json(text());
  return row;
}

}  // namespace

std::string action_name(std::string_view text) {
  std::string name(text);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

void AuditStore::record(Transaction& tx, const AuditEntry& entry) {
  const bool attempt = entry.phase == AuditEntry::Phase::attempt;
  query(tx,
        "INSERT INTO audit.rows (phase, operation, action, outcome, username, user_id, credential, address,"
        " request_id, cluster_id, cluster, namespace, resource, reason, details)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        attempt ? "attempt" : "outcome", uuid_or_null(entry.operation), action_name(entry.action),
        attempt ? std::nullopt : text_or_null(entry.outcome, kNameLength), clean_text(entry.username, kNameLength),
        uuid_or_null(entry.user_id), text_or_null(entry.credential, kNameLength),
        text_or_null(entry.address, kNameLength), text_or_null(entry.request_id, kNameLength),
        uuid_or_null(entry.cluster_id), text_or_null(entry.cluster, kNameLength),
        text_or_null(entry.name_space, kNameLength), text_or_null(entry.resource, 3 * kNameLength),
        text_or_null(entry.reason, kTextLength), print_json(clean(entry.details)));
}

std::vector<LogRow> AuditStore::newest(Transaction& tx, const std::string& action, int most) const {
  const std::string sql = std::string(
                              "SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), phase,"
                              " operation, action, outcome, username, user_id, credential, address, request_id,"
                              " cluster_id, cluster, namespace, resource, reason, details"
                              " FROM audit.rows ") +
                          (action.empty() ? "WHERE $2 = ''" : "WHERE action = $2") + " ORDER BY at DESC, id DESC LIMIT $1";
  const pqxx::result result = query(tx, sql, most, action);
  std::vector<LogRow> rows;
  rows.reserve(result.size());
  for (const pqxx::row& columns : result) rows.push_back(row_of(columns));
  return rows;
}

std::vector<std::string> AuditStore::make_partitions(Transaction& tx) const {
  std::vector<std::string> made;
  for (const pqxx::row& row : query(tx, "SELECT * FROM audit.make_partitions()")) made.emplace_back(row[0].c_str());
  return made;
}

}  // namespace podload::audit
