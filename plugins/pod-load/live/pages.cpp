#include "live/pages.hpp"

#include <algorithm>
#include <utility>

namespace podload::pod_load {
namespace {

constexpr std::size_t kMostPages = 512, kMostBytes = 48U << 20;

std::int64_t second_of(const PageRequest& request) {
  return request.now ? std::chrono::duration_cast<std::chrono::seconds>(request.now->time_since_epoch()).count() : 0;
}

/// Unique: none of the parts has a line break.
std::string key_of(const PageRequest& request) {
  return request.cluster_id + "\n" + request.name_space + "\n" + request.workload + (request.now ? "\nrunning" : "");
}

}  // namespace

std::vector<PagePod> select_pods(const PodTable& table, const PageRequest& request) {
  std::vector<PagePod> selected;
  for (const auto& [name, record] : table.of(request.name_space))
    if (!request.owners || record.is_owned_by(*request.owners)) selected.push_back({name, record});
  return selected;
}

std::vector<PagePod> out_of(const std::vector<PagePod>& pods, const LoadLabel& label) {
  std::vector<PagePod> out;
  std::copy_if(pods.begin(), pods.end(), std::back_inserter(out), [&](const PagePod& pod) {
    const std::string* value = pod.record.label(label.name);
    return value != nullptr && *value == label.done;
  });
  return out;
}

std::string print_page(const std::vector<PagePod>& pods, const PageRequest& request, const PrintedRemovals& removals) {
  return print_rows(pods,
                    {request.name_space, request.label, *request.nodes, removals, request.routes.get(), request.now});
}

bool Pages::is_current(const Kept& kept, const Table& table, const PageRequest& request, std::uint64_t version) {
  return kept.table.lock() == table && kept.version == version && kept.owners == request.owners && kept.nodes == request.nodes &&
         kept.routes == request.routes && kept.second == second_of(request) && kept.label.name == request.label.name &&
         kept.label.online == request.label.online && kept.label.done == request.label.done;
}

std::optional<Pages::Page> Pages::of(const Table& table, const PageRequest& request) {
  const std::string key = key_of(request);
  const std::shared_ptr<const Kept> kept = find(key);
  auto fresh = std::make_shared<Kept>();
  std::vector<PagePod> pods;
  bool current = false;
  const auto as_of = table->read([&](const PodTable& known) {
    fresh->version = known.version(request.name_space);
    current = kept && is_current(*kept, table, request, fresh->version);
    if (!current) pods = select_pods(known, request);
  });
  if (!as_of) return std::nullopt;
  fresh->out = current ? kept->out : out_of(pods, request.label);
  if (!fresh->out.empty()) fresh->removals = request.removals(fresh->out);
  if (current && fresh->removals == kept->removals) return Page{kept->text, *as_of};
  if (current) {  // only the removals have changed
    const auto again = table->read([&](const PodTable& known) {
      fresh->version = known.version(request.name_space);
      pods = select_pods(known, request);
    });
    if (!again) return std::nullopt;
  }
  fresh->table = table;
  fresh->owners = request.owners;
  fresh->nodes = request.nodes;
  fresh->routes = request.routes;
  fresh->label = request.label;
  fresh->second = second_of(request);
  fresh->text = SharedText::make(print_page(pods, request, fresh->removals));
  const Page page{fresh->text, *as_of};
  keep(key, std::move(fresh));
  return page;
}

std::shared_ptr<const Pages::Kept> Pages::find(const std::string& key) {
  const MutexLock lock(mutex_);
  const auto found = pages_.find(key);
  if (found == pages_.end()) return nullptr;
  found->second->used = ++uses_;
  return found->second;
}

void Pages::keep(const std::string& key, std::shared_ptr<Kept> page) {
  const auto bytes_of = [](const Kept& kept) { return kept.text->plain().size() + kept.text->gzip().size(); };
  const MutexLock lock(mutex_);
  page->used = ++uses_;
  bytes_ += bytes_of(*page);
  std::shared_ptr<Kept>& place = pages_[key];
  if (place) bytes_ -= bytes_of(*place);
  place = std::move(page);
  while (pages_.size() > 1 && (pages_.size() > kMostPages || bytes_ > kMostBytes)) {
    const auto oldest = std::min_element(pages_.begin(), pages_.end(),
                                         [](const auto& a, const auto& b) { return a.second->used < b.second->used; });
    bytes_ -= bytes_of(*oldest->second);
    pages_.erase(oldest);
  }
}

}  // namespace podload::pod_load
