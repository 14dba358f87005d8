#include "live/pod_rows.hpp"

#include <algorithm>

#include "podload/json.hpp"

namespace podload::pod_load {
namespace {

using namespace std::chrono_literals;

/// Prints a text as JSON. Most need no escape, and then none of the library's work.
void append_text(std::string& out, std::string_view text) {
  const bool is_plain =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; });
  if (is_plain)
    out.append("\"").append(text).append("\"");
  else
    out += print_json(Json(text));
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  out.append(",\"").append(name).append("\":");
  append_text(out, text);
}

void append_number(std::string& out, std::string_view name, std::int64_t number) {
  out.append(",\"").append(name).append("\":").append(std::to_string(number));
}

void append_flag(std::string& out, std::string_view name, bool flag) {
  out.append(",\"").append(name).append(flag ? "\":true" : "\":false");
}

void append_traffic(std::string& out, const PodRecord& record, const RowContext& context) {
  if (context.routes == nullptr) {
    out += R"(,"traffic":null)";
    return;
  }
  const PodTraffic traffic = traffic_of(record, context.label, *context.routes);
  out += R"(,"traffic":{"state":)";
  append_text(out, name_of(traffic.state));
  out += R"(,"services":[)";
  for (const PodTraffic::Service& service : traffic.services) {
    if (out.back() != '[') out += ',';
    out += R"({"name":)";
    append_text(out, service.name);
    append_flag(out, "routes", service.routes);
    append_flag(out, "selects", service.selects);
    out += "}";
  }
  out += "]}";
}

void append_row(std::string& out, const PagePod& pod, const RowContext& context) {
  const PodRecord& record = pod.record;
  const std::string* load = record.label(context.label.name);
  const auto node = context.nodes.find(*record.node);
  const auto removal = context.removals.find(record.uid);
  out += R"({"name":)";
  append_text(out, pod.name);
  append_member(out, "namespace", context.name_space);
  append_member(out, "uid", record.uid);
  append_member(out, "status", *record.status);
  append_flag(out, "ready", record.ready);
  append_member(out, "node_ip", node == context.nodes.end() ? *record.host_ip : node->second);
  append_member(out, "pod_ip", record.pod_ip);
  append_member(out, "created_time", created_time(record.created));
  append_member(out, "created_at", rfc3339(record.created));
  append_number(out, "restart_count", record.restarts);
  out.append(R"(,"containers":{"ready":)").append(std::to_string(record.containers_ready));
  append_number(out, "total", record.containers);
  out += "}";
  append_flag(out, "has_removeload", load != nullptr && *load == context.label.done);
  if (load != nullptr)
    append_member(out, "load", *load);
  else
    out += R"(,"load":null)";
  out += R"(,"labels":{)";
  for (const auto& [name, value] : record.labels) {
    if (out.back() != '{') out += ',';
    append_text(out, *name);
    out += ':';
    append_text(out, *value);
  }
  out += "}";
  append_traffic(out, record, context);
  out.append(R"(,"removal":)").append(removal == context.removals.end() ? "null" : removal->second.text);
  if (context.now)
    append_member(out, "running_time",
                  running_time(std::chrono::duration_cast<std::chrono::seconds>(*context.now - record.created)));
  out += "}";
}

}  // namespace

std::string print_row(const PagePod& pod, const RowContext& context) {
  std::string row;
  append_row(row, pod, context);
  return row;
}

void add_rows(RowList& rows, const std::vector<PagePod>& pods, const RowContext& context) {
  std::string row;
  for (const PagePod& pod : pods) {
    row.clear();
    append_row(row, pod, context);
    rows.add_printed(row);
  }
}

std::string print_rows(const std::vector<PagePod>& pods, const RowContext& context) {
  RowList rows;
  add_rows(rows, pods, context);
  return rows.take();
}

std::string running_time(std::chrono::seconds age) {
  const long total = std::max<long>(age.count(), 0);
  const long days = total / 86400, hours = total / 3600 % 24, minutes = total / 60 % 60;
  std::string text;
  if (days > 0) text += std::to_string(days) + "d ";
  if (days > 0 || hours > 0) text += std::to_string(hours) + "h ";
  if (days > 0 || hours > 0 || minutes > 0) text += std::to_string(minutes) + "m ";
  return text + std::to_string(total % 60) + "s";
}

std::string created_time(SystemTime time) {
  std::string text = rfc3339(time + 8h).substr(0, 19);
  text[10] = ' ';
  return text;
}

}  // namespace podload::pod_load
