#include "house/given_exchange.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "podload/error.hpp"
#include "podload/parse_json.hpp"

namespace podload::testing {
namespace {

Json json_of(const std::string& body) {
  try {
    return parse_json(body);
  } catch (const NotJson&) {
    return {};
  }
}

HouseReply read(const Reply& reply) {
  HouseReply read{reply.status, reply.headers, reply.shared ? reply.shared->plain() : reply.body, {}};
  if (reply.more)
    for (std::string piece = reply.more(); !piece.empty(); piece = reply.more()) read.body += piece;
  read.headers.emplace_back("Content-Type", reply.content_type);
  read.json = json_of(read.body);
  return read;
}

}  // namespace

std::string_view GivenExchange::param(std::string_view name) const {
  if (name == "REQUEST_METHOD") return request_.method;
  if (name == "REQUEST_URI") return request_.uri;
  if (name == "REMOTE_ADDR") return "192.0.2.1";
  if (name == "CONTENT_TYPE") return request_.content_type;
  return {};
}

void GivenExchange::headers(const std::function<void(std::string, std::string_view)>& each) const {
  if (!request_.headers.contains("host")) each("host", "localhost");
  for (const auto& [name, value] : request_.headers) each(name, value);
}

std::string GivenExchange::read_body(std::size_t limit) {
  if (request_.body.size() > limit) throw Error("too_large", {{"limit", limit}});
  return request_.body;
}

DetachedConnection GivenExchange::detach(const Reply& beginning) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) throw std::system_error(errno, std::generic_category(), "socketpair");
  HouseReply reply = read(beginning);
  reply.stream = std::make_shared<HouseStream>(ends[0]);
  promise_.set_value(std::move(reply));
  return {ends[1], 1};
}

void GivenExchange::finish(const Reply& reply) {
  try {
    promise_.set_value(read(reply));
  } catch (...) {  // a handler's Reply::more
    promise_.set_exception(std::current_exception());
  }
}

}  // namespace podload::testing
