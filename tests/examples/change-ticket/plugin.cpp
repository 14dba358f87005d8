// change-ticket: an example of a check on removals that asks an HTTP endpoint.
#include "podload/plugin.hpp"

#include <memory>
#include <stdexcept>

#include "podload/error.hpp"
#include "podload/operation_check.hpp"
#include "podload/parse_json.hpp"
#include "podload/text.hpp"

namespace podload::change_ticket {
namespace {

constexpr std::size_t kLongestMessage = 200;
constexpr std::size_t kLargestAnswer = 64U << 10;

Json question_of(const OperationPlan& plan) {
  Json services = Json::array();
  for (const OperationPlan::Effect& effect : plan.services) services.push_back({{"name", effect.service}, {"before", effect.before}, {"after", effect.after}});
  return {{"operation", plan.id}, {"cluster", plan.cluster.name}, {"namespace", plan.name_space}, {"pod", plan.pod},      {"workload", plan.workload},
          {"user", plan.principal.username}, {"reason", plan.reason}, {"rehearsal", plan.dry_run}, {"services", services}};
}

std::vector<CheckNotice> ask(HttpClient& http, const std::string& url, const OperationPlan& plan) {
  HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = {"Content-Type: application/json"};
  request.body = print_json(question_of(plan));
  request.timeout = std::chrono::milliseconds(1500);  // less than within_ms, so that the log has the real reason
  request.any_address = request.plain_http = true;    // the operator named it
  request.group = "change-ticket";
  request.body_limit = kLargestAnswer;
  const HttpResult result = http.fetch(std::move(request));
  if (result.failure) throw std::runtime_error("the change-management system does not answer: " + result.failure->text);
  if (result.reply.status != 200) throw std::runtime_error("the change-management system answers " + std::to_string(result.reply.status));
  const Json answer = parse_json(result.reply.body);
  if (answer.value("allowed", false)) return {};
  return {{CheckNotice::Weight::overridable, "change_denied", {{"message", clean_text(text_member(answer, "message"), kLongestMessage)}}}};
}

class ChangeTicket final : public Plugin {
 public:
  void start(Host& host) override {
    const std::string url = text_member(host.config(), "url");
    if (url.empty()) throw std::runtime_error("change-ticket.url is not set");
    check_ = host.want<OperationChecks>()->bind("change-ticket", OperationPlan::Kind::remove,
                                                [&host, url](const OperationPlan& plan) { return ask(host.http(), url, plan); });
  }
  void stop() noexcept override { check_.reset(); }

 private:
  std::unique_ptr<BoundCheck> check_;
};

}  // namespace
}  // namespace podload::change_ticket

PODLOAD_PLUGIN(podload::change_ticket::ChangeTicket, "change-ticket", "1.0.0")
