#include "log/log_filter.hpp"

#include <algorithm>
#include <charconv>

#include "log/log_time.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"

namespace podload::audit {
namespace {

enum class Edge { begin, end };

/// The end of a range includes the whole day, minute or second that it names.
std::string time_of(const Request& request, const char* name, Edge edge) {
  const std::string_view text = request.query_value(name);
  if (text.empty()) return {};
  const auto moment = parse_log_time(text);
  if (!moment) throw Error("bad_time", {{"name", name}});
  return utc_micros(edge == Edge::begin ? moment->begin : moment->begin + moment->length);
}

}  // namespace

Json LogFilter::json() const {
  Json json = Json::object();
  for (const auto& [name, value] :
       {std::pair("start_time", &from), std::pair("end_time", &until), std::pair("action", &action),
        std::pair("user", &user), std::pair("cluster", &cluster), std::pair("outcome", &outcome),
        std::pair("address", &address), std::pair("operation", &operation), std::pair("q", &q)})
    if (!value->empty()) json[name] = *value;
  return json;
}

LogFilter filter_of(const Request& request) {
  LogFilter filter;
  filter.from = time_of(request, "start_time", Edge::begin);
  filter.until = time_of(request, "end_time", Edge::end);
  filter.action = action_name(request.query_value("action"));
  filter.user = request.query_value("user");
  filter.cluster = request.query_value("cluster");
  filter.outcome = request.query_value("outcome");
  filter.address = request.query_value("address");
  filter.operation = request.query_value("operation");
  filter.q = request.query_value("q");
  return filter;
}

std::string action_name(std::string_view text) {
  std::string name(text);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string cursor_of(const LogPosition& position) {
  return base64url(position.at + "," + std::to_string(position.id));
}

std::optional<LogPosition> position_of(std::string_view cursor) {
  if (cursor.empty()) return std::nullopt;
  LogPosition position;
  if (const auto text = decode_base64url(cursor)) {
    const auto comma = text->find(',');
    if (comma != std::string::npos) {
      position.at = text->substr(0, comma);
      const char* const end = text->data() + text->size();
      const auto [stop, error] = std::from_chars(text->data() + comma + 1, end, position.id);
      const auto moment = parse_rfc3339(position.at);
      if (error == std::errc() && stop == end && moment && parse_log_time(position.at)) return position;
    }
  }
  throw Error("bad_cursor");
}

}  // namespace podload::audit
