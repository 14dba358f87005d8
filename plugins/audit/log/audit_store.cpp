#include "log/audit_store.hpp"

#include <algorithm>
#include <optional>

#include "log/time_store.hpp"
#include "podload/encoding.hpp"
#include "podload/ids.hpp"
#include "podload/parse_json.hpp"
#include "podload/text.hpp"

namespace podload::audit {
namespace {

constexpr std::size_t kNameLength = 300;  // the longest name in Kubernetes has 253 characters
constexpr std::size_t kTextLength = 4000;
constexpr std::size_t kDetailsLength = 64 << 10;  // bytes of all details of a row
constexpr const char* kCutOff = "\u2026";         // replaces the rest of a row's details

using Column = std::optional<std::string>;  // nothing: NULL

Column text_or_null(const std::string& text, std::size_t most) {
  if (text.empty()) return std::nullopt;
  return clean_text(text, most);
}

Column uuid_or_null(const std::string& text) {
  if (!is_uuid(text)) return std::nullopt;
  return text;
}

/// Copies details so that a row can hold them: cleans and shortens every text (jsonb accepts no NUL), and replaces
/// anything beyond kDetailsLength with a mark.
class Cleaner {
 public:
  Json clean(const Json& value) {
    if (value.is_string()) return text(value.get_ref<const std::string&>(), kTextLength);
    take(sizeof(std::int64_t));
    if (value.is_array()) {
      Json list = Json::array();
      for (const Json& item : value) {
        if (left_ == 0) return list.push_back(kCutOff), list;
        list.push_back(clean(item));
      }
      return list;
    }
    if (value.is_object()) {
      Json object = Json::object();
      for (const auto& [key, item] : value.items()) {
        if (left_ == 0) return object[kCutOff] = kCutOff, object;
        const std::string name = text(key, kNameLength);
        object[name] = clean(item);
      }
      return object;
    }
    return value;
  }

 private:
  std::string text(const std::string& given, std::size_t most) {
    std::string cleaned = clean_text(given, most);
    if (cleaned.size() > left_) cleaned = clean_text(given, left_ / 4);  // a character has at most four bytes
    take(cleaned.size());
    return cleaned;
  }
  void take(std::size_t bytes) { left_ -= std::min(left_, bytes); }

  std::size_t left_ = kDetailsLength;
};

Json clean(const Json& details) { return Cleaner().clean(details); }

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
  for (std::string* const member : {&entry.operation, &entry.action, &entry.outcome, &entry.username, &entry.user_id,
                                    &entry.credential, &entry.address, &entry.request_id, &entry.cluster_id,
                                    &entry.cluster, &entry.name_space, &entry.resource, &entry.reason})
    *member = text();
  entry.details = parse_json(text());
  row.imported = text() == "t";
  return row;
}

constexpr const char* kNewestFirst = " ORDER BY at DESC, id DESC";

/// How many rows one page of a text search examines: about 50 ms of work.
constexpr int kLookedAt = 5000;

/// The conditions of a search, and their values.
class Conditions {
 public:
  /// `condition` has "$" for its value.
  void add(std::string condition, const std::string& value) {
    if (value.empty()) return;
    values_.push_back(value);
    condition.replace(condition.find('$'), 1, "$" + std::to_string(values_.size()));
    text_ += (text_.empty() ? " WHERE " : " AND ") + condition;
  }

  /// `than` is "<" or ">=".
  void add_position(const LogPosition& position, const std::string& than) {
    add("at " + than.substr(0, 1) + "= $::timestamptz", position.at);  // this condition selects the partitions
    values_.push_back(position.at);
    values_.push_back(std::to_string(position.id));
    text_ += " AND (at, id) " + than + " ($" + std::to_string(values_.size() - 1) + "::timestamptz, $" +
             std::to_string(values_.size()) + "::bigint)";
  }

  const std::string& text() const { return text_; }
  auto values() const { return pqxx::prepare::make_dynamic_params(values_); }

 private:
  std::string text_;
  std::vector<std::string> values_;
};

/// Escapes text for LIKE, so that it matches literally.
std::string contains(const std::string& text) {
  if (text.empty()) return {};
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

}  // namespace

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

LogPage AuditStore::page(Transaction& tx, const LogFilter& filter, const std::optional<LogPosition>& after,
                         int most) const {
  LogPage page;
  if (!filter.operation.empty() && !is_uuid(filter.operation)) return page;
  Conditions where;
  where.add("at >= $::timestamptz", filter.from);
  where.add("at < $::timestamptz", filter.until);
  where.add("action = $", filter.action);
  where.add("username = $", filter.user);
  where.add("cluster = $", filter.cluster);
  where.add("outcome = $", filter.outcome);
  where.add("address = $", filter.address);
  where.add("operation = $::uuid", filter.operation);
  if (after) where.add_position(*after, "<");

  std::optional<LogPosition> last_looked_at;
  if (!filter.q.empty()) {
    const pqxx::result edge = query(tx,
                                    "SELECT " + utc("at") + ", id FROM audit.rows" + where.text() +
                                        kNewestFirst + " OFFSET " + std::to_string(kLookedAt - 1) + " LIMIT 1",
                                    where.values());
    if (!edge.empty()) {
      last_looked_at = LogPosition{edge[0][0].c_str(), edge[0][1].as<long long>()};
      where.add_position(*last_looked_at, ">=");
    }
    where.add(
        "(username || E'\\n' || coalesce(resource, '') || E'\\n' || coalesce(reason, '') || E'\\n' || details::text) "
        "ILIKE $",
        contains(filter.q));
  }
  const pqxx::result result =
      query(tx,
            "SELECT id, " + utc("at") +
                ", phase, operation, action, outcome, username, user_id, credential, address, request_id, cluster_id,"
                " cluster, namespace, resource, reason, details, imported_at IS NOT NULL FROM audit.rows" +
                where.text() + kNewestFirst + " LIMIT " + std::to_string(most + 1),
            where.values());
  for (const pqxx::row& columns : result) page.rows.push_back(row_of(columns));
  if (page.rows.size() > static_cast<std::size_t>(most)) {
    page.rows.pop_back();
    page.next = LogPosition{page.rows.back().at, page.rows.back().id};
  } else if (last_looked_at) {
    page.next = last_looked_at;
  }
  return page;
}

std::vector<std::string> AuditStore::actions(Transaction& tx) const {
  // Steps from each action to the next one in the index: one step per action.
  const pqxx::result result =
      query(tx,
            "WITH RECURSIVE steps AS ("
            "  (SELECT action FROM audit.rows ORDER BY action LIMIT 1)"
            "  UNION ALL"
            "  SELECT (SELECT r.action FROM audit.rows r WHERE r.action > steps.action ORDER BY r.action LIMIT 1)"
            "  FROM steps WHERE steps.action IS NOT NULL)"
            " SELECT action FROM steps WHERE action IS NOT NULL");
  std::vector<std::string> names;
  for (const pqxx::row& row : result) names.emplace_back(row[0].c_str());
  return names;
}

std::string AuditStore::now(Transaction& tx) const { return query(tx, "SELECT " + utc("now()"))[0][0].c_str(); }

bool AuditStore::import(Transaction& tx, const ImportedRow& row) const {
  return query(tx, "SELECT audit.import_row($1::timestamptz, decode($2, 'hex'), $3, $4, $5, $6::jsonb)", row.at,
               hex(row.source), action_name(row.action), clean_text(row.username, kNameLength),
               text_or_null(row.resource, 3 * kNameLength), print_json(clean(row.details)))[0][0]
      .as<bool>();
}

std::vector<std::string> AuditStore::make_partitions(Transaction& tx) const {
  std::vector<std::string> made;
  for (const pqxx::row& row : query(tx, "SELECT * FROM audit.make_partitions()")) made.emplace_back(row[0].c_str());
  return made;
}

std::vector<std::string> AuditStore::months_before(Transaction& tx, int kept) const {
  const pqxx::result result = query(
      tx,
      "SELECT replace(substr(relname, 6), '_', '-') FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
      " WHERE inhparent = 'audit.rows'::regclass AND relname ~ '^rows_[0-9]{4}_[0-9]{2}$' AND substr(relname, 6) <"
      " to_char(now() AT TIME ZONE 'UTC' - make_interval(months => $1), 'YYYY_MM') ORDER BY relname",
      kept);
  std::vector<std::string> months;
  for (const pqxx::row& row : result) months.emplace_back(row[0].c_str());
  return months;
}

std::vector<Allowance> AuditStore::allowances(Transaction& tx) const {
  std::vector<Allowance> found;
  for (const pqxx::row& row : query(tx, "SELECT " + utc("set_at") + ", months FROM audit.retentions ORDER BY set_at"))
    found.push_back({row[0].c_str(), row[1].as<int>()});
  return found;
}

long long AuditStore::drop_month(Transaction& tx, const std::string& month) const {
  query(tx, "SET LOCAL statement_timeout = '10min'");  // PostgreSQL compares the month with its seals first, which takes time for a busy one
  return query(tx, "SELECT audit.drop_month($1)", month)[0][0].as<long long>();
}

}  // namespace podload::audit
