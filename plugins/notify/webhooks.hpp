// The webhooks of this installation: made, changed, deleted, each with its row in the log; and their
// targets, sealed. Owned by the plugin; any thread. Refusals are logged too.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "podload/audit_log.hpp"
#include "podload/change_log.hpp"
#include "podload/database.hpp"
#include "podload/sealer.hpp"
#include "webhook.hpp"
#include "webhook_url.hpp"

namespace podload::notify {

/// What an administrator wishes; what is not set stays as it is.
struct Wish {
  std::optional<std::string> name, format, language;
  std::optional<std::string> url;
  Secret secret;  ///< Belongs to the URL: a new URL without one has none.
  std::optional<std::vector<std::string>> events;
  std::optional<std::vector<std::string>> cluster_ids;
  bool all_clusters = false;
  std::optional<bool> enabled;
};

/// Who makes a change: their log row, and the check of their rights in the change's transaction.
struct Actor {
  AuditEntry entry;
  std::function<void(Transaction&)> confirm;
};

class Webhooks {
 public:
  Webhooks(Database& database, Log& log, Secret key, Exceptions exceptions)
      : database_(database), changes_(database, log), sealer_(std::move(key)), exceptions_(std::move(exceptions)) {}

  std::vector<Webhook> all();
  /// Throws Error{"unknown_webhook"}.
  Webhook find(const std::string& id);

  /// These throw what check_url throws, Error{"webhook_exists"}, Error{"unknown_webhook"}.
  Webhook add(const Wish& wish, const Actor& actor, AuditLog& audit);
  Webhook change(const std::string& id, const Wish& wish, const Actor& actor, AuditLog& audit);
  void remove(const std::string& id, const Actor& actor, AuditLog& audit);

  /// Notes that somebody had a message sent to try it; `problem` is empty where it went well.
  void tested(const Webhook& webhook, const std::string& problem, const Actor& actor, AuditLog& audit);

  /// Where it goes. Throws what the sealer throws.
  Target target(const Webhook& webhook) const;

 private:
  void apply(const Wish& wish, Webhook& webhook) const;

  Database& database_;
  const ChangeLog changes_;
  const Sealer sealer_;
  const Exceptions exceptions_;
};

}  // namespace podload::notify
