#include "net/address_check.hpp"

#include <arpa/inet.h>
#include <netdb.h>

#include <catch2/catch.hpp>
#include <cstring>

using podload::net::refused_address;

TEST_CASE("addresses that are never connected to") {
  const char* text = GENERATE(
      "0.0.0.0", "0.1.2.3", "127.0.0.1", "127.0.0.53", "127.255.255.254", "169.254.0.23", "169.254.169.254",
      "169.254.170.2", "100.100.100.200", "100.96.0.96", "168.63.129.16", "192.0.0.192", "224.0.0.1", "239.255.255.250",
      "240.0.0.1", "255.255.255.255", "::", "::1", "0:0:0:0:0:0:0:1", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1",
      "ff02::1", "100::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:ffff:169.254.169.254", "::ffff:0:127.0.0.1",
      "::127.0.0.1", "::169.254.169.254", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::10.0.0.1",
      "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:1234::1", "2001:db8::5efe:127.0.0.1", "fd00::200:5efe:169.254.169.254",
      "fd00:ec2::254", "fd20:ce::254", "fd00:c1::a9fe:a9fe", "", "localhost", "127.1", "1.2.3", "example.com");
  INFO(text);
  CHECK(refused_address(std::string(text)));
}

TEST_CASE("addresses of clusters are allowed") {
  const char* text = GENERATE("10.0.0.1", "172.16.3.4", "192.168.1.1", "100.64.0.1", "100.100.100.201", "1.1.1.1",
                              "126.255.255.255", "128.0.0.1", "169.253.255.255", "169.255.0.0", "223.255.255.255",
                              "192.0.1.1", "2001:db8::1", "2001:1::1", "2400:3200::1", "fd00::1", "fc00:1::2",
                              "::ffff:10.0.0.1", "64:ff9b::8.8.8.8", "2002:808:808::1", "2001:db8::5efe:10.0.0.1");
  INFO(text);
  CHECK_FALSE(refused_address(std::string(text)));
}

TEST_CASE("every spelling of a loopback address that the resolver accepts is refused") {
  const char* text = GENERATE("127.1", "127.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001", "0177.0.0.1",
                              "localhost", "0", "0x0", "::ffff:127.0.0.1", "::1", "169.254.43518", "0xa9fea9fe", "2852039166");
  INFO(text);
  addrinfo* found = nullptr;
  REQUIRE(getaddrinfo(text, "443", nullptr, &found) == 0);
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) CHECK(refused_address(each->ai_addr));
  freeaddrinfo(found);
}

TEST_CASE("an address that is not an internet address is refused") {
  sockaddr address{};
  address.sa_family = AF_UNIX;
  CHECK(refused_address(&address));
}
