// Which addresses a connection must never be made to, whatever name or spelling led there.
//
// A registered cluster's address is somebody's input: without this, it could make the daemon speak
// to itself, to its neighbours on the link, or to the cloud's metadata service. Judged is the
// socket address itself, after all parsing and name resolution. Private networks are allowed:
// clusters live there. Pure functions; any thread.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>

namespace podload::net {

/// Why that address is refused ("loopback", "link-local", ...); nothing where it is not.
std::optional<std::string> refused_address(const sockaddr* address);

/// The same for an address in numbers ("10.0.0.1", "fd00::1"); what is no address is refused.
std::optional<std::string> refused_address(const std::string& text);

}  // namespace podload::net
