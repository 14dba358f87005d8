#include "http/denials.hpp"

#include "podload/json.hpp"

namespace podload {
namespace {

constexpr auto kQuiet = std::chrono::minutes(1);
constexpr std::size_t kMost = 10000;

}  // namespace

int Denials::due(const std::string& kind) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (seen_.size() >= kMost) std::erase_if(seen_, [&](const auto& item) { return now - item.second.written >= kQuiet; });
  const auto [at, is_new] = seen_.try_emplace(kind, Repeated{now, 0});
  Repeated& repeated = at->second;
  if (is_new) return 0;
  if (now - repeated.written < kQuiet) {
    ++repeated.since;
    return -1;
  }
  const int since = repeated.since;
  repeated = {now, 0};
  return since;
}

void Denials::record(const Request& request, const Error& error) noexcept {
  if (audit_ == nullptr || database_ == nullptr || !request.principal) return;
  try {
    AuditEntry entry = AuditEntry::of(request);
    if (entry.action.empty()) entry.action = "read";
    entry.outcome = "denied";
    entry.cluster = text_member(Json(request.params), "cluster");
    entry.resource = request.path;
    entry.details = {{"code", error.code()}, {"args", error.args()}};
    const int repeated = due(entry.user_id + " " + request.operation_id + " " + entry.cluster);
    if (repeated < 0) return;
    if (repeated > 0) entry.details["denied_before"] = repeated;
    database_->transact([&](Transaction& tx) { audit_->record(tx, entry); });
  } catch (const std::exception& failure) {
    log_.error("a denial could not be recorded", {{"request", request.id}, {"what", failure.what()}});
  }
}

}  // namespace podload
