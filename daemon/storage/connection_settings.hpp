// How the daemon connects to PostgreSQL: what podload.yaml says, with podload's own defaults. Free
// functions; any thread.
#pragma once

#include <pqxx/pqxx>
#include <string>

namespace podload {

/// `text`, key=value pairs or a postgresql:// URI, as key=value pairs with what it leaves open:
/// target_session_attrs=read-write (of several hosts the one that takes writes), connect_timeout=2
/// (seconds, for each host), application_name=podloadd. `key` is its row in podload.yaml, for the
/// error. Throws Error{"bad_config_value"} where libpq does not understand it.
std::string connection_string(const std::string& text, const std::string& key);

/// Bounds of every statement of the session: 5 s, 3 s of it for a lock, 30 s idle in a transaction.
/// By SET, since a connection pooler such as PgBouncer refuses `options` in the startup packet.
void set_limits(pqxx::connection& connection);

}  // namespace podload
