#include "http/denials.hpp"

#include "podload/json.hpp"
#include "podload/text.hpp"

namespace podload {
namespace {

constexpr auto kMinute = std::chrono::minutes(1);
constexpr int kRowsInAMinute = 30;      // per user
constexpr std::size_t kMostKept = 10000;  // kinds that are remembered before old ones are dropped
// The most characters of a text from the caller that was not validated.
constexpr std::size_t kLongestName = 63, kLongestPath = 300;

/// The error's arguments without overlong texts and unusual characters.
Json cleaned(const Json& args) {
  Json clean = Json::object();
  for (const auto& [name, value] : args.items()) clean[name] = value.is_string() ? Json(clean_text(value.get<std::string>(), kLongestPath)) : value;
  return clean;
}

AuditEntry entry_of(const Request& request, const Error& error) {
  AuditEntry entry = AuditEntry::of(request);
  if (entry.action.empty()) entry.action = "read";
  entry.outcome = "denied";
  const auto named = request.params.find("cluster");
  if (entry.cluster.empty() && named != request.params.end()) entry.cluster = clean_text(named->second, kLongestName);
  entry.name_space = clean_text(entry.name_space, kLongestName);
  entry.resource = clean_text(request.path, kLongestPath);
  entry.details = {{"code", error.code()}, {"args", cleaned(error.args())}};
  return entry;
}

}  // namespace

std::optional<AuditEntry> Denials::row_of(const Request& request, const Error& error) {
  AuditEntry entry = entry_of(request, error);
  const SteadyTime now = clock_.steady();
  const MutexLock lock(mutex_);
  if (seen_.size() >= kMostKept) std::erase_if(seen_, [&](const auto& item) { return now - item.second.written >= kMinute; });
  const std::string place = request.cluster ? request.cluster->id : "?";
  const auto [at, is_new] = seen_.try_emplace(entry.user_id + " " + request.operation_id + " " + place, Repeated{now, 0});
  Repeated& repeated = at->second;
  if (!is_new && now - repeated.written < kMinute) {
    ++repeated.since;
    return std::nullopt;
  }
  if (repeated.since > 0) entry.details["denied_before"] = repeated.since;
  repeated = {now, 0};

  Minute& minute = minutes_.try_emplace(entry.user_id, Minute{now, 0, 0, {}}).first->second;
  if (now - minute.began >= kMinute && minute.left_out == 0) minute = {now, 0, 0, {}};
  if (minute.rows >= kRowsInAMinute || now - minute.began >= kMinute) {
    ++minute.left_out;
    minute.last = entry;
    return std::nullopt;
  }
  ++minute.rows;
  return entry;
}

std::vector<AuditEntry> Denials::left_out() {
  const SteadyTime now = clock_.steady();
  std::vector<AuditEntry> rows;
  const MutexLock lock(mutex_);
  std::erase_if(minutes_, [&](const auto& item) {
    const Minute& minute = item.second;
    if (now - minute.began < kMinute) return false;
    if (minute.left_out > 0) {
      AuditEntry row = minute.last;
      row.action = "read";
      row.cluster_id = row.cluster = row.name_space = row.resource = "";
      row.details = {{"left_out", minute.left_out}};
      rows.push_back(std::move(row));
    }
    return true;
  });
  return rows;
}

void Denials::write(const AuditEntry& entry) {
  database_->transact([&](Transaction& tx) { audit_->record(tx, entry); });
}

void Denials::record(const Request& request, const Error& error) noexcept {
  if (audit_ == nullptr || database_ == nullptr || !request.principal) return;
  try {
    if (const auto entry = row_of(request, error)) write(*entry);
  } catch (const std::exception& failure) {
    log_.error("a denial could not be recorded", {{"request", request.id}, {"what", failure.what()}});
  }
}

void Denials::write_left_out() noexcept {
  if (audit_ == nullptr || database_ == nullptr) return;
  try {
    for (const AuditEntry& row : left_out()) write(row);
  } catch (const std::exception& failure) {
    log_.error("the count of omitted denials could not be recorded", {{"what", failure.what()}});
  }
}

}  // namespace podload
