#include "podload/request.hpp"

#include <stdexcept>

namespace podload {
namespace {

std::string_view value_of(const std::map<std::string, std::string, std::less<>>& map, std::string_view name) {
  const auto found = map.find(name);
  return found == map.end() ? std::string_view() : std::string_view(found->second);
}

std::logic_error wrong_type(const Request& request, std::string_view name, const char* type) {
  return std::logic_error("the operation " + request.operation_id + " has no parameter `" + std::string(name) + "` of the type " + type + " in its api.yaml");
}

}  // namespace

Reply Reply::json(const Json& value, int status) {
  Reply reply;
  reply.status = status;
  reply.body = print_json(value);
  return reply;
}

Later::Later(const std::shared_ptr<LaterReply>& reply) {
  if (!reply) throw std::logic_error("the handler neither replied nor requested a later reply");
}

const Principal& Request::the_principal() const {
  if (!principal) throw std::logic_error("the operation " + operation_id + " is public: its requests have no principal");
  return *principal;
}

const Cluster& Request::the_cluster() const {
  if (!cluster) throw std::logic_error("the operation " + operation_id + " has no {cluster} in its path, or has `x-scope: none`");
  return *cluster;
}

const std::string& Request::param(std::string_view name) const {
  const auto found = params.find(name);
  if (found == params.end())
    throw std::logic_error("the operation " + operation_id + " has no path parameter `" + std::string(name) + "` in its api.yaml");
  return found->second;
}

bool Request::query_flag(std::string_view name, bool otherwise) const {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return otherwise;
  if (!found->is_boolean()) throw wrong_type(*this, name, "boolean");
  return found->get<bool>();
}

std::int64_t Request::query_number(std::string_view name, std::int64_t otherwise) const {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return otherwise;
  if (!found->is_number_integer()) throw wrong_type(*this, name, "integer");
  return found->get<std::int64_t>();
}

std::string_view Request::query_value(std::string_view name) const { return value_of(query, name); }

std::string_view Request::header(std::string_view name) const { return value_of(headers, name); }

std::string_view Request::cookie(std::string_view name) const {
  std::string_view rest = header("cookie");
  while (!rest.empty()) {
    const auto end = rest.find(';');
    std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
  }
  return {};
}

}  // namespace podload
