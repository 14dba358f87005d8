// Addresses to which no connection may be made, whatever name or spelling they came from.
//
// The address of a registered cluster is user input: without this check, it could make the daemon connect to itself, to
// its neighbours on the link, or to the cloud's metadata service. The check applies to the socket address, after all
// parsing and name resolution. Private networks are allowed, because clusters are there. Pure functions; any thread.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>

namespace podload::net {

/// Why the address is refused ("loopback", "link-local", ...); nothing if it is allowed.
std::optional<std::string> refused_address(const sockaddr* address);

/// The same for a numeric address ("10.0.0.1", "fd00::1"); an invalid address is refused.
std::optional<std::string> refused_address(const std::string& text);

}  // namespace podload::net
