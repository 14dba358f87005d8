// notify: reports events to chats and other programs, by webhook.
#include "podload/plugin.hpp"

#include <memory>

#include "handlers.hpp"
#include "podload/error.hpp"
#include "podload/files.hpp"

namespace podload::notify {
namespace {

Exceptions exceptions_of(const Json& config) {
  return {config.at("any_address_hosts").get<std::vector<std::string>>(), config.at("plain_http_hosts").get<std::vector<std::string>>()};
}

Sender::Options options_of(const Json& config) {
  Sender::Options options;
  options.exceptions = exceptions_of(config);
  options.timeout = std::chrono::milliseconds(config.at("timeout_ms").get<int>());
  const auto tls = std::make_shared<TlsIdentity>();
  if (const std::string file = text_member(config, "ca_file"); !file.empty()) tls->ca_pem = read_file(file);
  options.tls = tls;
  return options;
}

/// All objects that live from start() to stop().
class Parts {
 public:
  Parts(Host& host, ClusterDirectory& clusters)
      : chats_(host.declared("chats")),
        webhooks_(host.database(), host.log(), host.key("webhooks"), chats_, exceptions_of(host.config())),
        sender_({host.database(), host.events(), host.http(), host.clock(),
                 [&host](const std::string& language, const std::string& code, const Json& args) { return host.say(language, code, args); }},
                webhooks_, chats_, options_of(host.config())),
        handlers_(host, clusters, webhooks_, chats_, sender_) {
    report_faults(host);
    host.handle("notify.list", [this](Request& request) { return handlers_.list(request); });
    host.handle("notify.add", [this](Request& request) { return handlers_.add(request); });
    host.handle("notify.change", [this](Request& request) { return handlers_.change(request); });
    host.handle("notify.delete", [this](Request& request) { return handlers_.remove(request); });
    host.handle("notify.formats", [this](Request& request) { return handlers_.formats(request); });
    host.handle("notify.test", [this](Request& request) { return handlers_.test(request); });
    for (const char* event : {"operation.started", "operation.settled", "cluster.added", "cluster.changed", "cluster.removed"})
      host.subscribe_queue(event, [this](const std::vector<Event>& events) { return sender_.spread(events); });
    host.subscribe_queue(kDue, [this](const std::vector<Event>& due) { return sender_.deliver(due); });
  }

 private:
  /// A row that is left out takes no other chat away.
  void report_faults(Host& host) const {
    std::string text;
    for (const Chats::Fault& fault : chats_.faults())
      text += (text.empty() ? "" : "; ") + host.say("en", "bad_chat", {{"plugin", fault.plugin}, {"name", fault.name}, {"what", fault.what}});
    if (!text.empty()) host.log().error("chats are left out", {{"what", text}});
    host.warn("bad_chat", text);
  }

  const Chats chats_;
  Webhooks webhooks_;
  Sender sender_;
  Handlers handlers_;
};

class NotifyPlugin final : public Plugin {
 public:
  void start(Host& host) override {
    ClusterDirectory* const clusters = host.want<ClusterDirectory>();
    if (clusters == nullptr) throw Error("no_clusters");
    parts_ = std::make_unique<Parts>(host, *clusters);
  }
  void stop() noexcept override { parts_.reset(); }

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace
}  // namespace podload::notify

PODLOAD_PLUGIN(podload::notify::NotifyPlugin, "notify", "1.0.0")
