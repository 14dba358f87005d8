#include "podload_testing/house.hpp"

#include <stdexcept>

#include "config/yaml.hpp"
#include "house/rooms.hpp"
#include "plugin_host/bindings.hpp"
#include "podload/error.hpp"

namespace podload::testing {

Json plugin_yaml(const std::filesystem::path& folder) {
  try {
    return read_yaml(folder / "plugin.yaml");
  } catch (const Error& error) {
    throw std::runtime_error((folder / "plugin.yaml").string() + ": " + error.code() + " " + print_json(error.args()));
  }
}

House::House(const std::filesystem::path& folder, HouseOptions options)
    : rooms_(std::make_unique<Rooms>(folder, std::move(options))) {}

House::~House() = default;

Caller House::as(Level level, const std::string& username) {
  Caller::Identity identity;
  identity.signed_in = true;
  identity.principal.user_id = rooms_->people.id_of(username);
  identity.principal.username = username;
  identity.principal.level = level;
  identity.principal.all_clusters = true;
  return {*this, std::move(identity)};
}

Caller House::anonymous() { return {*this, {}}; }

ScriptedKube& House::add_cluster(const std::string& name, ScriptedKube::Answer answer, const LoadLabel& label) {
  return rooms_->clusters.add(name, std::move(answer), label);
}

Cluster House::cluster(const std::string& name) const {
  const auto found = rooms_->clusters.find(name);
  if (!found) throw std::logic_error("the house has no cluster " + name + ": add_cluster(\"" + name + "\")");
  return *found;
}

std::vector<AuditEntry> House::audit() const {
  return rooms_->database->transact([&](Transaction& tx) { return rooms_->audit.committed(tx); });
}

void House::emit(const std::string& event, const Json& data) {
  rooms_->database->transact(
      [&](Transaction& tx) { rooms_->host.bindings().outbox().emit(tx, kEventsPlugin, {}, event, data); });
  rooms_->deliver();
}

std::vector<Event> House::emitted() {
  rooms_->deliver();
  return rooms_->emitted;
}

std::vector<CheckNotice> House::check(const OperationPlan& plan) {
  std::vector<CheckNotice> notices = rooms_->checks.call(plan);
  for (const CheckNotice& notice : notices)
    if (!rooms_->host.words().knows(notice.code))
      throw std::logic_error("a check says " + notice.code + ", which is not in words.yaml");
  return notices;
}

void House::sign_out(const std::string& username) {
  rooms_->people.sign_out(username);
  rooms_->dispatcher->check_streams();
}

void House::run_jobs() { rooms_->host.bindings().jobs().run_once(); }

std::string House::say(std::string_view language, std::string_view code, const Json& args) const {
  return rooms_->host.words().say(language, code, args);
}

std::string House::metrics() const { return rooms_->metrics.text(); }

SetClock& House::clock() { return rooms_->clock; }
LinesLog& House::log() { return rooms_->log; }
Database& House::database() { return *rooms_->database; }

}  // namespace podload::testing
