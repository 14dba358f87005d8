// Requests without credentials: no cookie, no token, no permission. One thread.
#pragma once

#include <memory>
#include <string_view>

#include "http/contract.hpp"
#include "http/exchange.hpp"
#include "podload/authenticator.hpp"

namespace podload::conformance {

/// An authenticator that accepts nobody, used if no plugin offers one.
class NoUsers final : public Authenticator {
 public:
  std::optional<Principal> authenticate(const Request&) override { return std::nullopt; }
  std::vector<std::optional<Principal>> current(const std::vector<Principal>& principals) override {
    return std::vector<std::optional<Principal>>(principals.size());
  }
  void confirm(Transaction&, const Principal&, Level, std::string_view, std::string_view) override;
};

/// A request for an operation, with its path parameters filled in and an empty object as body.
std::shared_ptr<Exchange> anonymous_request(const Operation& operation);

}  // namespace podload::conformance
