#include "sign_in/sign_in_policy.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "podload/text.hpp"

namespace podload::auth {

int SignInPolicy::wait_after(int failures) const {
  if (failures < free_failures) return 0;
  const int doublings = std::min(failures - free_failures, 20);
  return std::min(1 << doublings, longest_wait_seconds);
}

int SignInPolicy::account_wait_after(double failures) const {
  const double over = failures - free_failures_of_account;
  if (over <= 0) return 0;
  const int doublings = std::min(static_cast<int>(std::ceil(over)) - 1, 20);
  return std::min(1 << doublings, kLongestAccountWaitSeconds);
}

std::string guess_source(std::string_view address) {
  const std::string text(address);
  in6_addr bytes{};
  if (inet_pton(AF_INET6, text.c_str(), &bytes) != 1) return clean_text(address, 64);
  std::array<char, INET6_ADDRSTRLEN> name{};
  if (IN6_IS_ADDR_V4MAPPED(&bytes)) return inet_ntop(AF_INET, &bytes.s6_addr[12], name.data(), name.size());
  std::memset(&bytes.s6_addr[8], 0, 8);
  return std::string(inet_ntop(AF_INET6, &bytes, name.data(), name.size())) + "/64";
}

}  // namespace podload::auth
