// The table notify.webhooks. Any thread; throws what the database throws.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "podload/database.hpp"
#include "webhook.hpp"

namespace podload::notify {

class WebhookStore {
 public:
  static std::vector<Webhook> all(Transaction& tx);
  static std::optional<Webhook> find(Transaction& tx, const std::string& id);

  /// These throw Error{"webhook_exists"} if another webhook has the name.
  static void add(Transaction& tx, const Webhook& webhook);
  static bool change(Transaction& tx, const Webhook& webhook);
  static bool remove(Transaction& tx, const std::string& id);

  /// Stores the result of the last message.
  static void tried(Transaction& tx, const std::string& id, const std::string& error);
};

}  // namespace podload::notify
