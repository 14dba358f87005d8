// How the daemon connects to PostgreSQL: the settings of podload.yaml plus podload's defaults. Free functions; any
// thread.
#pragma once

#include <pqxx/pqxx>
#include <string>

namespace podload {

/// Converts `text`, key=value pairs or a postgresql:// URI, to key=value pairs and adds the defaults for missing ones:
/// target_session_attrs=read-write (of several hosts, the writable one), connect_timeout=2 (seconds per host),
/// application_name=podloadd. `key` is its row in podload.yaml, for the error. Throws Error{"bad_config_value"} if
/// libpq does not accept it.
std::string connection_string(const std::string& text, const std::string& key);

/// Sets the session's limits: 5 s per statement, 3 s of it for a lock, 30 s idle in a transaction. By SET, because a
/// connection pooler such as PgBouncer refuses `options` in the startup packet.
void set_limits(pqxx::connection& connection);

}  // namespace podload
