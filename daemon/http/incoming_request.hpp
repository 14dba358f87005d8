// The Request that a handler gets, made of an Exchange, and its reply where that comes later.
// Belongs to the worker that serves it; its LaterReply may be used by any thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "http/exchange.hpp"
#include "podload/log.hpp"
#include "podload/request.hpp"

namespace podload {

class IncomingRequest final : public Request {
 public:
  IncomingRequest(ReplySink& sink, std::shared_ptr<Exchange> exchange, Log& log);

  /// The same object however often it is asked for: one request has one reply.
  std::shared_ptr<LaterReply> later() override;

  /// Whether the reply comes later: then whoever has the LaterReply answers, whatever the handler
  /// returns or throws.
  bool is_late() const { return is_late_; }

  /// What is sent where the LaterReply is dropped without finish(); set before the handler runs.
  std::function<Reply()> lost_reply;
  std::string plugin;  ///< Whose operation it is, for the log.

 private:
  ReplySink& sink_;
  std::shared_ptr<Exchange> exchange_;
  Log& log_;
  bool is_late_ = false;
  std::weak_ptr<LaterReply> later_;
};

}  // namespace podload
