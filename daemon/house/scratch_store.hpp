// The database for testing a plugin: its own, dropped afterwards. One thread.
#pragma once

#include <string>

#include "plugin_host/plugin_host.hpp"

namespace podload::testing {

/// A new database on `server`, a superuser's libpq string; dropped at the end.
class ScratchDatabase {
 public:
  /// Throws pqxx's errors if the server does not answer or the user may not create databases.
  explicit ScratchDatabase(std::string server);
  ~ScratchDatabase();
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;

  /// Creates the roles that own the plugins' schemas, as far as they are missing, and applies the missing migrations; returns
  /// how many. The roles stay: they belong to the whole server. Throws what apply_migrations throws.
  int migrate(const PluginHost& host) const;

  std::string as_owner() const { return as_daemon() + " options='-c role=podload_owner'"; }
  std::string as_daemon() const { return server_ + " dbname=" + name_; }

 private:
  const std::string server_;
  const std::string name_;
};

}  // namespace podload::testing
