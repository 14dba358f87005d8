// One plugin's Host (podload/host.hpp says which thread may call what).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/line_log.hpp"
#include "plugin_host/bindings.hpp"
#include "plugin_host/catalog.hpp"
#include "plugin_host/settings.hpp"
#include "podload/error.hpp"
#include "podload/host.hpp"

namespace podload {

/// What all plugins of a process share. Outlives them.
struct SharedHost {
  const Catalog& catalog;
  Bindings& bindings;
  HostTools tools;
  std::filesystem::path key_file;
  std::string instance;  ///< A UUID of this process.
};

class HostForPlugin final : public Host, private Events {
 public:
  HostForPlugin(SharedHost& shared, const std::string& plugin)
      : shared_(shared), name_(plugin), log_(shared.tools.log, plugin), metrics_(shared.tools.metrics.of_plugin(plugin)) {}

  const Json& config() const override { return shared_.catalog.config(name_); }
  Log& log() override { return log_; }
  const Clock& clock() const override { return shared_.tools.clock; }
  Database& database() override { return shared_.tools.database; }
  HttpClient& http() override { return shared_.tools.http; }
  Metrics& metrics() override { return metrics_; }
  void handle(const std::string& operation_id, Handler handler) override;
  void command(const std::string& name, Command run) override;
  void every(std::chrono::milliseconds interval, const std::string& name, std::function<void()> job) override;
  Events& events() override { return *this; }
  void subscribe(const std::string& event, Subscriber subscriber) override;
  void subscribe_queue(const std::string& event, QueueSubscriber subscriber) override;
  void warn(const std::string& code, const std::string& what) override { shared_.bindings.warnings().set(name_, code, what); }
  std::vector<Json> declared(std::string_view key) const override { return shared_.catalog.declared(key); }
  std::string say(std::string_view language, std::string_view code, const Json& args) const override;
  std::vector<std::string> literals(std::string_view under) const override { return shared_.catalog.contract().literals(under); }
  Json parse_yaml(std::string_view text) const override;
  std::string print_yaml(const Json& value) const override;
  Secret key(std::string_view purpose) const override;
  const std::string& instance() const override { return shared_.instance; }

  /// The error of an invalid binding: it prevents the daemon's start, not only the plugin's.
  const std::optional<Error>& wrong_binding() const { return wrong_binding_; }

 protected:
  void offer_named(const char* interface, void* object) override;
  void* wanted(const char* interface) override { return shared_.bindings.offered(interface); }

 private:
  void emit(Transaction& tx, const std::string& name, const Json& data) override { enqueue(tx, {}, name, data); }
  void enqueue(Transaction& tx, const std::string& queue, const std::string& name, const Json& data) override {
    shared_.bindings.outbox().emit(tx, name_, queue, name, data);
  }
  /// Keeps the error that `work` throws, as the plugin may catch it.
  template <class Work>
  void bind(const Work& work);

  SharedHost& shared_;
  const std::string name_;
  NamedLog log_;
  Metrics& metrics_;
  std::optional<Error> wrong_binding_;
};

}  // namespace podload
