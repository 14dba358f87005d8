// One plugin's Host (podload/host.hpp says which thread may call what).
#pragma once

#include <optional>
#include <set>

#include "base/line_log.hpp"
#include "plugin_host/plugin_host.hpp"
#include "podload/error.hpp"
#include "podload/host.hpp"

namespace podload {

class HostForPlugin final : public Host, private Events {
 public:
  HostForPlugin(PluginHost& host, const Manifest& manifest, const Json& config)
      : host_(host), name_(manifest.name), config_(config), log_(host.tools_.log, manifest.name) {}

  const Json& config() const override { return config_; }
  Log& log() override { return log_; }
  const Clock& clock() const override { return host_.tools_.clock; }
  Database& database() override { return host_.tools_.database; }
  HttpClient& http() override { return host_.tools_.http; }
  void handle(const std::string& operation_id, Handler handler) override;
  void command(const std::string& name, Command run) override;
  void every(std::chrono::milliseconds interval, const std::string& name, std::function<void()> job) override;
  Events& events() override { return *this; }
  void hear(const std::string& event, Hearer hearer) override;
  void hear_queue(const std::string& event, QueueHearer hearer) override;
  void warn(const std::string& code, const std::string& what) override { host_.warnings_.set(name_, code, what); }
  std::vector<Json> declared(std::string_view key) const override;
  std::string say(std::string_view language, std::string_view code, const Json& args) const override;
  std::vector<std::string> literals(std::string_view under) const override { return host_.contract_.literals(under); }
  Json parse_yaml(std::string_view text) const override;
  std::string print_yaml(const Json& value) const override;
  Secret key(std::string_view purpose) const override;
  const std::string& instance() const override { return host_.instance_; }

  /// The error of an invalid binding: it prevents the daemon's start, not only the plugin's.
  const std::optional<Error>& wrong_binding() const { return wrong_binding_; }
  bool offered(const std::string& interface) const { return offers_.count(interface) > 0; }

 protected:
  void offer_named(const char* interface, void* object) override;
  void* wanted(const char* interface) override;

 private:
  void emit(Transaction& tx, const std::string& name, const Json& data) override { host_.outbox_.emit(tx, name_, {}, name, data); }
  void enqueue(Transaction& tx, const std::string& queue, const std::string& name, const Json& data) override {
    host_.outbox_.emit(tx, name_, queue, name, data);
  }
  const Manifest& manifest() const;

  PluginHost& host_;
  const std::string name_;
  const Json config_;
  NamedLog log_;
  std::optional<Error> wrong_binding_;
  std::set<std::string> offers_;
};

}  // namespace podload
