#include "live/event_scope.hpp"

#include <algorithm>
#include <utility>

#include "live/view_reads.hpp"

namespace podload::pod_load {

void EventScope::add(std::shared_ptr<EventStream> stream, const std::string& last_id) {
  if (state_) stream->send(state_);
  if (begun_) {
    if (const auto missed = history_.since(last_id))
      for (const Event& event : *missed) stream->send(event);
    else
      stream->send(history_.reset());
  }
  streams_.push_back(std::move(stream));
}

bool EventScope::has_streams() {
  std::erase_if(streams_, [](const auto& stream) { return !stream->is_open(); });
  return !streams_.empty();
}

void EventScope::update(ClusterView* view) {
  const bool is_live = view != nullptr && update_pods(*view);
  if (is_live) {
    update_workloads(*view);
    begin();
  }
  set_state(is_live);
}

bool EventScope::update_pods(ClusterView& view) {
  PageRequest page;
  page.name_space = place_.name_space;
  page.label = place_.cluster.label;
  Source now;
  if (place_.type != nullptr) {
    now.owners = owners_of(view, *place_.type, place_.name_space, place_.name);
    if (!now.owners) return false;
    page.owners = now.owners;
  }
  now.routes = view.follows_routes(place_.name_space) ? view.routes(place_.name_space) : nullptr;
  if (!now.routes) return false;
  now.nodes = addresses_of(*view.nodes());
  now.table = view.pods(place_.name_space);
  std::vector<PagePod> pods;
  bool is_same = false;
  const auto as_of = now.table->read([&](const PodTable& known) {
    now.version = known.version(place_.name_space);
    is_same = begun_ && now == source_ && removals_ != Removals::changed;
    if (!is_same) pods = select_pods(known, page);
  });
  if (!as_of) return false;
  if (is_same) return true;
  read_removals(pods);
  const RowContext context{place_.name_space, place_.cluster.label, *now.nodes,
                           printed_,          now.routes.get(),     std::nullopt};
  std::vector<NamedRow> rows;
  rows.reserve(pods.size());
  for (const PagePod& pod : pods) rows.emplace_back(pod.name, print_row(pod, context));
  const std::string changes = pods_.take(rows);
  source_ = std::move(now);
  if (begun_ && !changes.empty()) send("pods", "{" + changes + "}");
  return true;
}

void EventScope::update_workloads(ClusterView& view) {
  for (const WorkloadType& type : catalog_.types()) {
    const auto mirror = view.objects(kind_of(type), place_.name_space);
    if (!mirror) continue;
    Workloads& known = workloads_[type.name()];
    if (known.mirror != mirror) known.version = 0;
    known.mirror = mirror;
    std::uint64_t version = 0;
    std::vector<NamedRow> rows;
    const auto as_of = mirror->read([&](const ObjectTable& table) {
      version = table.version(place_.name_space);
      if (version == known.version) return;
      for (const auto& [name, object] : table.of(place_.name_space)) rows.emplace_back(name, object.row);
    });
    if (!as_of || version == known.version) continue;
    const std::string changes = known.rows.take(rows);
    known.version = version;
    if (begun_ && !changes.empty())
      send("workloads", "{\"type\":" + print_json(Json(type.name())) + "," + changes + "}");
  }
}

void EventScope::read_removals(const std::vector<PagePod>& pods) {
  const std::vector<PagePod> out = out_of(pods, place_.cluster.label);
  std::vector<std::string> now;
  for (const PagePod& pod : out) now.push_back(pod.record.uid + " " + pod.record.operation);
  if (removals_ != Removals::changed && now == out_) return;
  printed_ = out.empty() ? PrintedRemovals() : read_(out);
  out_ = std::move(now);
  const bool settled =
      std::all_of(printed_.begin(), printed_.end(), [](const auto& removal) { return removal.second.is_settled; });
  removals_ = settled ? Removals::settled : Removals::unsettled;
}

void EventScope::set_state(bool is_live) {
  if (state_ && is_live == is_live_) return;
  is_live_ = is_live;
  state_ = StreamEvent::make("state", "", is_live ? R"({"live":true})" : R"({"live":false})");
  send(state_);
}

/// The rows are known for the first time: whoever waits reads the list, and gets the changes from here on.
void EventScope::begin() {
  if (!std::exchange(begun_, true)) send(history_.reset());
}

void EventScope::send(const Event& event) {
  for (const auto& stream : streams_) stream->send(event);
}

}  // namespace podload::pod_load
