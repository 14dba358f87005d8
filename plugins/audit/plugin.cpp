// The audit plugin: offers AuditLog, serves searches of the log, creates partitions in advance, chains rows, makes
// checkpoints, and deletes old months if that is configured.
#include "podload/plugin.hpp"

#include <chrono>
#include <memory>

#include "chain/checkpoint_writer.hpp"
#include "chain/retention.hpp"
#include "chain/seal_lag.hpp"
#include "chain/sealer.hpp"
#include "commands.hpp"
#include "log/audit_store.hpp"
#include "log/log_handlers.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"

namespace podload::audit {
namespace {

using namespace std::chrono_literals;

class AuditPlugin final : public Plugin {
 public:
  void start(Host& host) override {
    host.offer<AuditLog>(store_);
    bind_log_handlers(host, store_);
    bind_commands(host, store_, chain_store_);
    host.every(1h, "partitions", [this, &host] { make_partitions(host); });
    host.every(1s, "seals", [this, &host] { Sealer(host.database(), chain_store_).run(); });
    lag_ = std::make_unique<SealLag>(host.database(), chain_store_, host.clock());
    host.every(SealLag::kInterval, "seal lag", [this] { lag_->read(); });
    host.metrics().collect([this](Metrics::Reading& reading) { lag_->show(reading); });
    host.every(1min, "checkpoints", [this, &host] { make_checkpoint(host); });
    months_ = host.config().at("retention_months").get<int>();
    if (months_ == 0) return;  // rows are kept permanently
    if (months_ < Retention::kFewestMonths)
      throw Error("bad_config_value", {{"key", "audit.retention_months"}, {"what", "it must be 0 (keep everything) or at least 3"}});
    host.every(1h, "retention", [this, &host] { drop_old(host); });
  }
  void stop() noexcept override {}

 private:
  void make_partitions(Host& host) {
    const auto made = host.database().transact([&](Transaction& tx) { return store_.make_partitions(tx); });
    for (const std::string& name : made) host.log().info("the operation log has a new partition", {{"name", name}});
  }

  void make_checkpoint(Host& host) {
    Sealer(host.database(), chain_store_).run();  // so that the checkpoint includes the latest rows
    const SigningKey key(checkpoint_seed(host));
    const CheckpointWriter writer(host.database(), chain_store_, key);
    if (const auto made = writer.make())
      host.log().info("checkpoint of the operation log",
                      {{"statement", made->statement}, {"signature", base64(made->signature)}});
    if (const std::string file = text_member(host.config(), "checkpoint_file"); !file.empty())
      warned(host, "checkpoints_disagree", "checkpoints_disagree_warning", [&] { writer.copy_to(file); });
  }

  /// Runs `work` and shows in /readyz whether it failed with that error, which is rethrown to be logged.
  template <class Work>
  static void warned(Host& host, const std::string& code, const std::string& words, Work work) {
    try {
      work();
    } catch (const Error& error) {
      if (error.code() == code) host.warn(code, host.say("en", words, error.args()));
      throw;
    }
    host.warn(code, {});
  }

  void drop_old(Host& host) {
    const SigningKey key(checkpoint_seed(host));
    const CheckpointWriter writer(host.database(), chain_store_, key);
    const std::string file = text_member(host.config(), "checkpoint_file");
    warned(host, "retention_not_allowed", "retention_not_allowed", [&] {
      for (const std::string& month : Retention(host.database(), store_, chain_store_, writer).run(months_, file))
        host.log().warn("an old month of the operation log was deleted", {{"month", month}, {"months_kept", months_}});
    });
  }

  AuditStore store_;
  ChainStore chain_store_;
  std::unique_ptr<SealLag> lag_;
  int months_ = 0;
};

}  // namespace
}  // namespace podload::audit

PODLOAD_PLUGIN(podload::audit::AuditPlugin, "audit", "1.0.0")
