// A request that came over no socket, and where its reply goes. One thread makes it; any thread may send the reply.
#pragma once

#include <future>
#include <map>
#include <string>
#include <string_view>

#include "http/exchange.hpp"
#include "podload_testing/house.hpp"

namespace podload::testing {

struct GivenRequest {
  std::string method;
  std::string uri;                                  ///< Including the query.
  std::map<std::string, std::string> headers = {};  ///< Lower-case names.
  std::string body = {};
  std::string content_type = "application/json";
};

class GivenExchange final : public Exchange {
 public:
  explicit GivenExchange(GivenRequest request) : request_(std::move(request)) {}

  std::string_view param(std::string_view name) const override;
  void headers(const std::function<void(std::string, std::string_view)>& each) const override;
  std::string read_body(std::size_t limit) override;

  /// Has std::future_errc::broken_promise if the exchange ends without a reply.
  std::future<HouseReply> future() { return promise_.get_future(); }
  /// The reply of the future then has the descriptor from which the rest of the stream is read.
  DetachedConnection detach(const Reply& beginning);
  /// Once. An exception of Reply::more becomes that of the future: there is no whole reply.
  void finish(const Reply& reply);

 private:
  const GivenRequest request_;
  std::promise<HouseReply> promise_;
};

/// Passes late replies and the beginnings of streams to the exchanges, which are all GivenExchanges.
class GivenReplies final : public ReplySink {
 public:
  DetachedConnection detach(Exchange& exchange, const Reply& beginning) override {
    return dynamic_cast<GivenExchange&>(exchange).detach(beginning);
  }
  void send(std::shared_ptr<Exchange> exchange, Reply reply) override {
    dynamic_cast<GivenExchange&>(*exchange).finish(reply);
  }
};

}  // namespace podload::testing
