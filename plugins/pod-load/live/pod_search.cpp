#include "live/pod_search.hpp"

#include <algorithm>

#include "podload/kube_client.hpp"
#include "podload/text.hpp"

namespace podload::pod_load {
namespace {

using State = PodTraffic::State;

constexpr State kStates[] = {State::receiving, State::waiting,      State::not_ready, State::no_service,
                             State::out,       State::still_routed, State::ending};

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace

PodSearch PodSearch::of(std::string_view words, std::string_view namespaces, std::string_view state,
                        std::size_t limit) {
  PodSearch search;
  search.words = split(lower_case(words), ' ');
  search.namespaces = split(namespaces, ',');
  for (const std::string& name_space : search.namespaces) check_kube_name("namespace", name_space);
  const auto found =
      std::find_if(std::begin(kStates), std::end(kStates), [&](State known) { return name_of(known) == state; });
  if (found != std::end(kStates)) search.state = *found;
  search.limit = limit;
  return search;
}

bool PodSearch::wants(std::string_view name_space) const {
  return namespaces.empty() || std::find(namespaces.begin(), namespaces.end(), name_space) != namespaces.end();
}

bool PodSearch::matches(std::string_view name_space, const std::string& name, const PodRecord& pod,
                        const NodeAddresses& nodes) const {
  if (words.empty()) return true;
  const auto node = nodes.find(*pod.node);
  std::string text = name;
  text.append("\n")
      .append(name_space)
      .append("\n")
      .append(pod.uid)
      .append("\n")
      .append(pod.pod_ip)
      .append("\n")
      .append(*pod.node);
  text.append("\n").append(node == nodes.end() ? *pod.host_ip : node->second).append("\n").append(*pod.status);
  for (const auto& [label, value] : pod.labels) text.append("\n").append(*label).append("=").append(*value);
  text = lower_case(text);
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

}  // namespace podload::pod_load
