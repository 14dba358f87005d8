#include "http/incoming_request.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <utility>

#include "http/words.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"

namespace podload {
namespace {

/// nginx's request id, or a new one if it is missing or malformed.
std::string request_id(std::string_view given) {
  const bool plain = !given.empty() && given.size() <= 64 &&
                     std::all_of(given.begin(), given.end(), [](unsigned char c) { return std::isalnum(c) || c == '-'; });
  return plain ? std::string(given) : hex(random_bytes(16));
}

class LateReply final : public LaterReply {
 public:
  struct From {
    std::string request, operation, plugin;
  };

  LateReply(ReplySink& sink, std::shared_ptr<Exchange> exchange, std::function<Reply()> lost, std::function<void(int)> answered, From from, Log& log)
      : sink_(sink), exchange_(std::move(exchange)), lost_(std::move(lost)), answered_(std::move(answered)), from_(std::move(from)), log_(log) {}

  ~LateReply() override {
    if (done_.exchange(true)) return;
    try {
      log_.warn("a reply was dropped before it was finished", context());
      send(lost_());
    } catch (...) {  // a destructor: the connection is closed with the exchange
      log_.error("a dropped reply could not be answered", {{"request", from_.request}, {"what", caught_text()}});
    }
  }
  LateReply(const LateReply&) = delete;
  LateReply& operator=(const LateReply&) = delete;

  void finish(Reply reply) override {
    if (done_.exchange(true)) {
      log_.error("a reply was finished twice; the second one was dropped", context());
      return;
    }
    if (reply.shared) reply.body = std::exchange(reply.shared, nullptr)->plain();
    send(std::move(reply));
  }

 private:
  void send(Reply reply) {
    if (answered_) answered_(reply.status);
    sink_.send(std::move(exchange_), std::move(reply));
  }
  Json context() const { return {{"request", from_.request}, {"operation", from_.operation}, {"plugin", from_.plugin}}; }

  ReplySink& sink_;
  std::shared_ptr<Exchange> exchange_;
  const std::function<Reply()> lost_;
  const std::function<void(int)> answered_;
  const From from_;
  Log& log_;
  std::atomic<bool> done_{false};
};

}  // namespace

IncomingRequest::IncomingRequest(ReplySink& sink, std::shared_ptr<Exchange> exchange, Log& log)
    : sink_(sink), exchange_(std::move(exchange)), log_(log) {
  id = request_id(exchange_->param("REQUEST_ID"));
  method = exchange_->param("REQUEST_METHOD");
  address = exchange_->param("REMOTE_ADDR");
  tls = exchange_->param("HTTPS") == "on";
  exchange_->headers([this](std::string name, std::string_view value) { headers.emplace(std::move(name), value); });
  language = language_of(header("accept-language"));
  background = header("x-podload-background") == "1";
}

void IncomingRequest::reach_cluster() {
  if (take_place) place_ = std::exchange(take_place, nullptr)();
}

std::shared_ptr<EventStream> IncomingRequest::stream() {
  if (!open_stream)
    throw std::logic_error("the operation " + operation_id + " opens a stream; its reply in api.yaml is not text/event-stream, or it has one already");
  return std::exchange(open_stream, nullptr)();
}

std::shared_ptr<LaterReply> IncomingRequest::later() {
  if (is_late_) {
    if (auto same = later_.lock()) return same;
    throw std::logic_error("later() was called again after its reply was dropped");
  }
  auto late = std::make_shared<LateReply>(sink_, exchange_, lost_reply, answered, LateReply::From{id, operation_id, plugin}, log_);
  is_late_ = true;
  later_ = late;
  return late;
}

}  // namespace podload
