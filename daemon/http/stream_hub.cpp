#include "http/stream_hub.hpp"

#include <stdexcept>
#include <utility>

#include "http/stream_writer.hpp"
#include "podload/error.hpp"

namespace podload {

/// What the plugin has.
class StreamHub::Handle final : public EventStream {
 public:
  Handle(std::shared_ptr<OpenStreams> streams, std::shared_ptr<OpenStream> stream)
      : streams_(std::move(streams)), stream_(std::move(stream)) {}
  ~Handle() override { streams_->finish(stream_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  void send(std::shared_ptr<const StreamEvent> event) override { streams_->send(stream_, std::move(event)); }
  bool is_open() const override { return streams_->is_open(*stream_); }
  const std::shared_ptr<OpenStream>& stream() const { return stream_; }

 private:
  const std::shared_ptr<OpenStreams> streams_;
  const std::shared_ptr<OpenStream> stream_;
};

StreamHub::StreamHub(Limits limits, Log& log) : streams_(std::make_shared<OpenStreams>(limits)), log_(log) {
  auto writer = std::make_shared<StreamWriter>(*streams_);
  writer_ = std::thread([this, writer] {
    try {
      writer->run();
    } catch (...) {  // out of memory
      log_.error("the thread of the streams ended", {{"what", caught_text()}});
      streams_->stop();
    }
  });
}

StreamHub::~StreamHub() { stop(); }

std::shared_ptr<EventStream> StreamHub::open(Gate::Ticket ticket) {
  return std::make_shared<Handle>(streams_, streams_->add(std::move(ticket)));
}

void StreamHub::attach(const std::shared_ptr<EventStream>& stream, const std::function<DetachedConnection()>& detach) {
  const auto* const handle = dynamic_cast<const Handle*>(stream.get());
  if (handle == nullptr)
    throw std::logic_error("a handler returned a stream that it did not get from request.stream()");
  streams_->attach(handle->stream(), detach());
}

void StreamHub::check(const std::function<std::vector<bool>(const std::vector<Gate::Ticket>&)>& still) {
  const auto open = streams_->open();
  if (open.empty()) return;
  std::vector<Gate::Ticket> tickets;
  tickets.reserve(open.size());
  for (const auto& stream : open) tickets.push_back(stream->ticket);
  std::vector<bool> good(open.size(), false);
  const auto cut_others = [&] {
    for (std::size_t i = 0; i < open.size(); ++i)
      if (!good[i]) streams_->cut(open[i]);
  };
  try {
    good = still(tickets);
  } catch (...) {
    cut_others();
    throw;
  }
  cut_others();
}

std::size_t StreamHub::size() const { return streams_->size(); }

void StreamHub::stop() noexcept {
  streams_->stop();
  if (writer_.joinable()) writer_.join();
}

}  // namespace podload
