#include "commands.hpp"

#include <algorithm>
#include <ostream>

#include "chain/verifier.hpp"
#include "log/flask_log.hpp"
#include "podload/error.hpp"

namespace podload::audit {
namespace {

constexpr std::size_t kShownFaults = 20;

/// The file to compare with; empty if the daemon has not written the configured one yet.
std::string anchor_file(Host& host, const ChainStore& store, const Json& args) {
  if (std::string given = text_member(args, "anchor"); !given.empty()) return given;
  std::string configured = text_member(host.config(), "checkpoint_file");
  const bool none_made = !host.database().transact([&](Transaction& tx) { return store.last_checkpoint(tx); });
  return none_made && !std::filesystem::exists(configured) ? std::string() : configured;
}

int verify(Host& host, const AuditStore& log, const ChainStore& store, const Json& args, std::ostream& out) {
  const std::string file = anchor_file(host, store, args);
  // Read before the database, which then has everything that the file has.
  const auto anchor = file.empty() ? std::vector<FiledCheckpoint>() : read_checkpoint_file(file);
  const SigningKey key(checkpoint_seed(host));
  const auto allowances = host.database().transact([&](Transaction& tx) { return log.allowances(tx); });
  const Verdict verdict = Verifier(host.database(), store, key, allowances).run(anchor);
  const auto say = [&](const char* code, const Json& values) { out << host.say("en", code, values) << "\n"; };

  say("verify_looked_at", {{"rows", verdict.rows},
                           {"dropped", verdict.dropped},
                           {"checkpoints", verdict.checkpoints},
                           {"installation", key.name()}});
  say("verify_retention", {{"configured", host.config().at("retention_months")},
                           {"allowed", allowances.empty() ? 0 : allowances.back().months}});
  if (verdict.checkpoints > 0) say("verify_last_checkpoint", {{"at", verdict.last_checkpoint_at}});
  if (verdict.waiting > 0) say("verify_waiting", {{"rows", verdict.waiting}, {"at", verdict.waiting_since}});
  if (file.empty())
    say("verify_no_anchor", Json::object());
  else
    say("verify_anchored", {{"file", file}, {"count", verdict.anchored}, {"all", anchor.size()}});
  if (verdict.fault_count == 0) {
    say("verify_fine", Json::object());
    return 0;
  }
  say("verify_first_fault", {{"count", verdict.fault_count}});
  for (std::size_t i = 0; i < std::min(verdict.faults.size(), kShownFaults); ++i)
    out << i + 1 << ". " << host.say("en", verdict.faults[i].code, verdict.faults[i].args) << "\n";
  if (static_cast<std::size_t>(verdict.fault_count) > kShownFaults) out << "...\n";
  return 1;
}

int anchor(Host& host, const ChainStore& store, std::ostream& out) {
  const auto last = host.database().transact([&](Transaction& tx) { return store.last_checkpoint(tx); });
  if (!last) throw Error("no_checkpoint");
  out << line_of(*last) << "\n";
  return 0;
}

int import_flask(Host& host, AuditStore& store, const Json& args, std::ostream& out) {
  const std::string folder = text_member(args, "dir");
  const auto file = flask_log_file(folder);
  if (!file) {
    out << host.say("en", "import_no_log", {{"dir", folder}}) << "\n";
    return 0;
  }
  FlaskLog::Result result;
  const auto unreadable = [&] {
    out << host.say("en", "import_log_unreadable", {{"file", file->string()}}) << "\n";
    return 1;  // the other plugins' parts go on
  };
  try {
    result = FlaskLog(host.database(), store).import(*file, command_line_actor());
  } catch (const NotJson&) {
    return unreadable();
  } catch (const FileUnreadable&) {
    return unreadable();
  }
  out << host.say("en", "import_log_done", {{"file", file->string()}, {"added", result.added}, {"known", result.known}})
      << "\n";
  for (const FlaskLog::Refusal& refusal : result.refused)
    out << host.say("en", "import_log_refused", {{"number", refusal.number}, {"why", host.say("en", refusal.why)}})
        << "\n";
  return 0;
}

}  // namespace

Secret checkpoint_seed(const Host& host) { return host.key("checkpoints"); }

void bind_commands(Host& host, AuditStore& log, const ChainStore& store) {
  host.command("import flask", [&](const Json& args, std::ostream& out) { return import_flask(host, log, args, out); });
  host.command("audit verify", [&](const Json& args, std::ostream& out) { return verify(host, log, store, args, out); });
  host.command("audit anchor", [&](const Json&, std::ostream& out) { return anchor(host, store, out); });
  host.command("audit key", [&](const Json&, std::ostream& out) {
    out << SigningKey(checkpoint_seed(host)).public_pem();
    return 0;
  });
}

}  // namespace podload::audit
