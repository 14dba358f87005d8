#include "counted_pods.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "facts_reader.hpp"
#include "serving.hpp"

namespace podload {

CountedPods::CountedPods(std::string name_space, const Cluster& cluster, std::string value, Facts& facts)
    : name_space_(std::move(name_space)), cluster_(cluster), value_(std::move(value)), facts_(facts) {}

void CountedPods::ask(Round& round) {
  switch (have_) {
    case Have::nothing: return ask_all(round, !some_suffice(facts_, cluster_, value_));
    case Have::memory: return ask_witnesses(round);
    case Have::witnesses:
      if (!witnesses_suffice()) return ask_all(round, true);
      have_ = Have::enough;
      return;
    case Have::enough: return;
  }
}

/// Lists that together have every Pod of the Services whose match changes, out or not. From the API
/// server's memory unless `live`: from its disk, the server decodes every Pod of the namespace.
void CountedPods::ask_all(Round& round, bool live) {
  have_ = live ? Have::enough : Have::memory;
  facts_.pods = {facts_.pod};  // as it was read on its own, live
  seen_ = {facts_.pod.uid};
  std::set<std::string> queries;
  for (const Service* service : changed_services(facts_.services, facts_.pod.labels, cluster_.label.name, value_))
    queries.insert(as_query(service->selector, cluster_.label.name));
  for (const std::string& query : queries)
    round.ask(pods_path(name_space_) + "?labelSelector=" + url_part(query) + (live ? "" : "&resourceVersion=0"),
              [this](const KubeReply& reply) {
                const JsonDocument list(body_of(reply, "list pods"));
                list.root()["items"].each([this](JsonView item) {
                  if (seen_.insert(item["metadata"]["uid"].string()).second) facts_.pods.push_back(read_pod(item));
                });
              });
}

void CountedPods::ask_witnesses(Round& round) {
  auto names = witnesses(facts_, cluster_, value_);
  if (!names) return ask_all(round, true);
  have_ = Have::witnesses;
  names_ = std::move(*names);
  for (const std::string& name : names_)
    round.ask(pod_path(name_space_, name), [this](const KubeReply& reply) {
      if (reply.status != 404) witnesses_.push_back(read_pod(JsonDocument(body_of(reply, "get pods")).root()));
    });
}

/// Whether what was read live shows, alone, that every lost Service keeps its minimum. It takes the
/// place of what the API server remembered.
bool CountedPods::witnesses_suffice() {
  std::vector<Pod> remembered = std::exchange(facts_.pods, {facts_.pod});
  std::move(witnesses_.begin(), witnesses_.end(), std::back_inserter(facts_.pods));
  const bool suffice = witnesses(facts_, cluster_, value_).has_value();
  for (Pod& pod : remembered)
    if (pod.uid != facts_.pod.uid && names_.count(pod.name) == 0) facts_.pods.push_back(std::move(pod));
  return suffice;
}

}  // namespace podload
