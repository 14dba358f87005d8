// trial: does what a House must pass on.
#include "podload/plugin.hpp"

#include <memory>
#include <stdexcept>

#include "podload/audit_log.hpp"
#include "podload/authenticator.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/error.hpp"
#include "podload/operation_check.hpp"
#include "rows_store.hpp"

namespace podload::trial {
namespace {

Json offers(Host& host) {
  Json names = Json::array();
  if (host.want<Authenticator>() != nullptr) names.push_back("Authenticator");
  if (host.want<AuditLog>() != nullptr) names.push_back("AuditLog");
  if (host.want<ClusterDirectory>() != nullptr) names.push_back("ClusterDirectory");
  if (host.want<OperationChecks>() != nullptr) names.push_back("OperationChecks");
  return names;
}

class TrialPlugin final : public Plugin {
 public:
  void start(Host& host) override {
    host.handle("trial.later", [this](Request& request) {
      later_ = request.later();
      return Later(later_);
    });
    host.handle("trial.finish", [this](Request& request) {
      if (!request.body.is_null()) later_->finish(Reply::json(request.body));
      later_.reset();
      return Reply::json({{"success", true}});
    });
    host.handle("trial.pieces", [](Request&) {
      Reply reply;
      reply.content_type = "text/plain";
      reply.body = "one ";
      reply.more = [left = 2]() mutable { return left-- > 0 ? std::string("more ") : std::string(); };
      return reply;
    });
    host.handle("trial.stream", [this](Request& request) {
      stream_ = request.stream();
      return Stream(stream_);
    });
    host.handle("trial.say", [this](Request& request) {
      if (!request.body.is_null()) stream_->send(StreamEvent::make("said", "1", print_json(request.body)));
      if (request.body.is_null()) stream_.reset();
      return Reply::json({{"success", true}});
    });
    host.handle("trial.offers", [&host, early = offers(host)](Request&) {
      return Reply::json({{"start", early}, {"now", offers(host)}});
    });
    host.handle("trial.rows", [&host](Request&) {
      return Reply::json(host.database().transact([](Transaction& tx) { return RowsStore::all(tx); }));
    });
    host.handle("trial.add", [&host](Request& request) { return add(host, request); });
    host.handle("trial.pods", [&host](Request& request) {
      KubeRequest pods;
      pods.path = "/api/v1/pods";
      const KubeReply reply = host.want<ClusterDirectory>()->client(request.the_cluster())->send(pods);
      return Reply::json({{"status", reply.status}, {"body", reply.body}});
    });
    host.handle("trial.remove", [](Request& request) {
      return Reply::json({{"label", request.the_cluster().label.name}, {"name", request.param("name")}});
    });
    host.subscribe("operation.settled", [&host](const Event& event) {
      if (event.data.contains("fail")) throw std::runtime_error("the subscriber is told to fail");
      host.database().transact(
          [&](Transaction& tx) { RowsStore::add(tx, text_member(event.data, "pod"), "an event"); });
    });
    host.every(std::chrono::hours(1), "rows",
               [&host] { host.database().transact([](Transaction& tx) { RowsStore::add(tx, "a row", "a job"); }); });
    auto* const checks = host.want<OperationChecks>();
    if (checks == nullptr) throw std::runtime_error("nobody offers OperationChecks");
    check_ = checks->bind("trial", OperationPlan::Kind::restore,
                          [says = text_member(host.config(), "says")](const OperationPlan&) {
                            return std::vector<CheckNotice>{{CheckNotice::Weight::overridable, says, {{"name", "it"}}}};
                          });
  }
  void stop() noexcept override {
    check_.reset();
    stream_.reset();
  }

 private:
  static Reply add(Host& host, const Request& request) {
    const std::string name = text_member(request.body, "name");
    AuditEntry entry = AuditEntry::of(request);
    entry.outcome = "ok";
    host.database().transact([&](Transaction& tx) {
      host.want<Authenticator>()->confirm(tx, request.the_principal(), Level::write, entry.cluster_id,
                                          entry.name_space);
      RowsStore::add(tx, name, request.the_principal().username);
      host.events().emit(tx, "trial.added", {{"name", name}});
      host.want<AuditLog>()->record(tx, entry);
      if (request.body.value("refuse", false)) throw Error("trial_refused", {{"name", name}});
    });
    return Reply::json({{"success", true}});
  }

  std::shared_ptr<LaterReply> later_;
  std::shared_ptr<EventStream> stream_;
  std::unique_ptr<BoundCheck> check_;
};

}  // namespace
}  // namespace podload::trial

PODLOAD_PLUGIN(podload::trial::TrialPlugin, "trial", "1.0.0")
