// The webhooks of this installation: creates, changes and deletes them, with log rows, and seals their targets. Owned
// by the plugin; any thread. Refusals are logged too.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chat.hpp"
#include "podload/audit_log.hpp"
#include "podload/change_log.hpp"
#include "podload/database.hpp"
#include "podload/sealer.hpp"
#include "webhook.hpp"
#include "webhook_url.hpp"

namespace podload::notify {

/// An administrator's input; fields that are not set stay unchanged.
struct WebhookInput {
  std::optional<std::string> name, format, language;
  std::optional<std::string> url;
  Secret secret;  ///< Belongs to the URL: a new URL without a secret has none.
  std::optional<std::vector<std::string>> events;
  std::optional<std::vector<std::string>> cluster_ids;
  bool all_clusters = false;
  std::optional<bool> enabled;
};

/// The actor of a change: the log entry, and the check of their rights in the change's transaction.
struct Actor {
  AuditEntry entry;
  std::function<void(Transaction&)> confirm;
};

class Webhooks {
 public:
  /// `chats` outlives it.
  Webhooks(Database& database, Log& log, Secret key, const Chats& chats, Exceptions exceptions)
      : database_(database), changes_(database, log), sealer_(std::move(key)), chats_(chats), exceptions_(std::move(exceptions)) {}

  std::vector<Webhook> all();
  /// Throws Error{"unknown_webhook"}.
  Webhook find(const std::string& id);

  /// These throw what check_url throws, Error{"unknown_webhook_format"}, and Error{"webhook_exists"} or Error{"unknown_webhook"}.
  Webhook add(const WebhookInput& input, const Actor& actor, AuditLog& audit);
  Webhook change(const std::string& id, const WebhookInput& input, const Actor& actor, AuditLog& audit);
  void remove(const std::string& id, const Actor& actor, AuditLog& audit);

  /// Logs that an administrator sent a test message; `problem` is empty if it was accepted.
  void tested(const Webhook& webhook, const std::string& problem, const Actor& actor, AuditLog& audit);

  /// The webhook's target, decrypted. Throws what the sealer throws.
  Target target(const Webhook& webhook) const;

 private:
  void apply(const WebhookInput& input, Webhook& webhook) const;

  Database& database_;
  const ChangeLog changes_;
  const Sealer sealer_;
  const Chats& chats_;
  const Exceptions exceptions_;
};

}  // namespace podload::notify
