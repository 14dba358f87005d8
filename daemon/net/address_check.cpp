#include "net/address_check.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace podload::net {
namespace {

using Bytes4 = std::array<std::uint8_t, 4>;
using Bytes16 = std::array<std::uint8_t, 16>;

struct Range4 {
  Bytes4 prefix;
  unsigned bits;
  const char* why;
};
struct Range6 {
  Bytes16 prefix;
  unsigned bits;
  const char* why;
};

constexpr Range4 kRefused4[] = {
    {{0, 0, 0, 0}, 8, "unspecified"},
    {{127, 0, 0, 0}, 8, "loopback"},
    {{169, 254, 0, 0}, 16, "link-local or metadata"},
    {{192, 0, 0, 0}, 24, "reserved or metadata"},   // 192.0.0.192: Oracle Cloud
    {{100, 100, 100, 200}, 32, "metadata"},         // Alibaba Cloud
    {{100, 96, 0, 96}, 32, "metadata"},             // Volcano Engine
    {{168, 63, 129, 16}, 32, "metadata"},           // Azure
    {{224, 0, 0, 0}, 4, "multicast"},
    {{240, 0, 0, 0}, 4, "reserved or broadcast"},
};

constexpr Range6 kRefused6[] = {
    {{}, 128, "unspecified"},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, "loopback"},
    {{0xFE, 0x80}, 10, "link-local"},
    {{0xFE, 0xC0}, 10, "site-local"},
    {{0xFF}, 8, "multicast"},
    {{0x01, 0x00}, 64, "discard-only"},
    // The IPv4 address in these is obfuscated (Teredo) or at a place that only the network knows.
    {{0x20, 0x01, 0x00, 0x00}, 32, "Teredo"},
    {{0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01}, 48, "local NAT64"},
    {{0xFD, 0x00, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54}, 128, "metadata"},        // AWS
    {{0xFD, 0x20, 0x00, 0xCE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54}, 128, "metadata"},        // Google Cloud
    {{0xFD, 0x00, 0x00, 0xC1, 0, 0, 0, 0, 0, 0, 0, 0, 0xA9, 0xFE, 0xA9, 0xFE}, 128, "metadata"},  // Oracle Cloud
};

/// Prefixes whose next 32 bits are an IPv4 address; that address is checked instead.
constexpr Range6 kEmbedding[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96, "IPv4-mapped"},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0}, 96, "IPv4-translated"},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 96, "IPv4-compatible"},
    {{0x00, 0x64, 0xFF, 0x9B}, 96, "NAT64"},
    {{0x20, 0x02}, 16, "6to4"},
};

template <std::size_t Size>
bool within(const std::array<std::uint8_t, Size>& address, const std::array<std::uint8_t, Size>& prefix, unsigned bits) {
  const auto whole = static_cast<std::ptrdiff_t>(bits / 8);
  if (!std::equal(prefix.begin(), prefix.begin() + whole, address.begin())) return false;
  const unsigned rest = bits % 8;
  if (rest == 0) return true;
  const unsigned mask = 0xFF00U >> rest & 0xFFU;
  const auto at = static_cast<std::size_t>(whole);
  return (address[at] & mask) == (prefix[at] & mask);
}

std::optional<std::string> judge(const Bytes4& address) {
  for (const Range4& range : kRefused4)
    if (within(address, range.prefix, range.bits)) return range.why;
  return std::nullopt;
}

/// ISATAP: any prefix, then 0000:5efe or 0200:5efe, then an IPv4 address.
bool is_isatap(const Bytes16& address) {
  return (address[8] & 0xFDU) == 0 && address[9] == 0 && address[10] == 0x5E && address[11] == 0xFE;
}

std::optional<std::string> judge(const Bytes16& address) {
  for (const Range6& range : kRefused6)
    if (within(address, range.prefix, range.bits)) return range.why;
  const auto judge_at = [&](std::size_t at, const char* form) -> std::optional<std::string> {
    Bytes4 inner{};
    std::copy_n(address.begin() + static_cast<std::ptrdiff_t>(at), inner.size(), inner.begin());
    if (const auto why = judge(inner)) return std::string(form) + " " + *why;
    return std::nullopt;
  };
  for (const Range6& range : kEmbedding)
    if (within(address, range.prefix, range.bits)) return judge_at(range.bits / 8, range.why);
  if (is_isatap(address)) return judge_at(12, "ISATAP");
  return std::nullopt;
}

}  // namespace

std::optional<std::string> refused_address(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    Bytes4 bytes{};
    std::memcpy(bytes.data(), &in.sin_addr, bytes.size());
    return judge(bytes);
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, address, sizeof in);
    Bytes16 bytes{};
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return judge(bytes);
  }
  return "not an internet address";
}

std::optional<std::string> refused_address(const std::string& text) {
  Bytes4 four{};
  if (inet_pton(AF_INET, text.c_str(), four.data()) == 1) return judge(four);
  Bytes16 six{};
  const std::string without_zone = text.substr(0, text.find('%'));
  if (inet_pton(AF_INET6, without_zone.c_str(), six.data()) == 1) return judge(six);
  return "not an internet address";
}

}  // namespace podload::net
