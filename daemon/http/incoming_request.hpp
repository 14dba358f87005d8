// The Request for a handler, made from an Exchange, and its reply if that comes later. Belongs to the worker that
// serves it; any thread may use its LaterReply.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "http/concurrency_limit.hpp"
#include "http/exchange.hpp"
#include "podload/log.hpp"
#include "podload/request.hpp"

namespace podload {

class IncomingRequest final : public Request {
 public:
  IncomingRequest(ReplySink& sink, std::shared_ptr<Exchange> exchange, Log& log);

  void reach_cluster() override;

  /// Returns the same object every time: one request has one reply.
  std::shared_ptr<LaterReply> later() override;

  std::shared_ptr<EventStream> stream() override;

  /// Whether the reply comes later: the holder of the LaterReply then answers, whatever the handler returns or throws.
  bool is_late() const { return is_late_; }

  /// Produces the reply if the LaterReply is dropped without finish(); set before the handler runs.
  std::function<Reply()> lost_reply;
  /// Takes a place for reach_cluster(); unset: it has one, or needs none.
  std::function<std::unique_ptr<ConcurrencyLimit::Slot>()> take_place;
  /// Opens a stream; unset: the operation has none.
  std::function<std::shared_ptr<EventStream>()> open_stream;
  std::string plugin;  ///< The operation's plugin, for the log.
  /// Told the status of a reply that comes later; may be empty.
  std::function<void(int)> answered;

 private:
  ReplySink& sink_;
  std::shared_ptr<Exchange> exchange_;
  Log& log_;
  std::unique_ptr<ConcurrencyLimit::Slot> place_;
  bool is_late_ = false;
  std::weak_ptr<LaterReply> later_;
};

}  // namespace podload
