#include <chrono>
#include <stdexcept>

#include "house/rooms.hpp"
#include "podload/text.hpp"

namespace podload::testing {
namespace {

constexpr auto kLongestWait = std::chrono::seconds(10);

}  // namespace

std::string_view HouseReply::header(std::string_view name) const {
  const std::string wanted = lower_case(name);
  for (const auto& [key, value] : headers)
    if (lower_case(key) == wanted) return value;
  return {};
}

Caller Caller::in(const std::string& cluster, const std::vector<std::string>& namespaces) const {
  if (identity_.principal.level == Level::admin) throw std::logic_error("an administrator is one in every cluster");
  Caller limited = *this;
  Principal& principal = limited.identity_.principal;
  principal.all_clusters = false;
  principal.grants.push_back({house_->cluster(cluster).id, principal.level, namespaces.empty(), namespaces});
  return limited;
}

Caller Caller::signed_out_meanwhile() const {
  Caller other = *this;
  other.identity_.signed_out_meanwhile = true;
  return other;
}

Caller Caller::with_header(const std::string& name, const std::string& value) const {
  Caller other = *this;
  other.headers_[lower_case(name)] = value;
  return other;
}

HouseReply Caller::get(const std::string& path) const { return ask("GET", path, {}); }
HouseReply Caller::post(const std::string& path, const Json& body) const { return ask("POST", path, body); }
HouseReply Caller::put(const std::string& path, const Json& body) const { return ask("PUT", path, body); }
HouseReply Caller::patch(const std::string& path, const Json& body) const { return ask("PATCH", path, body); }
HouseReply Caller::del(const std::string& path, const Json& body) const { return ask("DELETE", path, body); }

HouseReply Caller::ask(const std::string& method, const std::string& path, const Json& body) const {
  std::future<HouseReply> reply = send(method, path, body.is_null() ? std::string() : print_json(body));
  if (reply.wait_for(kLongestWait) != std::future_status::ready)
    throw std::runtime_error("no reply to " + method + " " + path + " in ten seconds");
  return reply.get();
}

std::future<HouseReply> Caller::send(const std::string& method, const std::string& path, const std::string& body,
                                     const std::string& content_type) const {
  GivenRequest request{method, path, headers_, body, content_type};
  request.headers.try_emplace("accept-language", "en");
  if (identity_.signed_in)
    request.headers["authorization"] =
        house_->rooms_->people.sign_in(identity_.principal, identity_.signed_out_meanwhile);
  const auto exchange = std::make_shared<GivenExchange>(std::move(request));
  std::future<HouseReply> future = exchange->future();
  if (const auto reply = house_->rooms_->dispatcher->serve(exchange)) exchange->finish(*reply);
  return future;
}

}  // namespace podload::testing
