// The database for testing a plugin: its own, dropped afterwards. One thread.
#pragma once

#include <string>
#include <vector>

namespace podload::conformance {

/// A new database on `server`, a superuser's libpq string; dropped at the end.
class ScratchDatabase {
 public:
  /// Throws pqxx's errors if the server does not answer or the user may not create databases.
  explicit ScratchDatabase(std::string server);
  ~ScratchDatabase();
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;

  /// Creates the roles that own `schemas`, as far as they are missing. They stay: roles belong to the whole server.
  void make_roles(const std::vector<std::string>& schemas) const;

  std::string as_owner() const { return as_daemon() + " options='-c role=podload_owner'"; }
  std::string as_daemon() const { return server_ + " dbname=" + name_; }

 private:
  const std::string server_;
  const std::string name_;
};

}  // namespace podload::conformance
