// Requests without credentials: no cookie, no token, no permission. One thread.
#pragma once

#include <string>
#include <string_view>

#include "http/contract.hpp"
#include "http/exchange.hpp"
#include "podload/authenticator.hpp"

namespace podload::conformance {

/// An authenticator that accepts nobody, used if no plugin offers one.
class NoUsers final : public Authenticator {
 public:
  std::optional<Principal> authenticate(const Request&) override { return std::nullopt; }
  void confirm(Transaction&, const Principal&, Level, std::string_view, std::string_view) override;
};

/// A request for an operation, with its path parameters filled in and an empty object as body.
class AnonymousRequest final : public Exchange {
 public:
  explicit AnonymousRequest(const Operation& operation);

  std::string_view param(std::string_view name) const override;
  void headers(const std::function<void(std::string, std::string_view)>& each) const override;
  std::string read_body(std::size_t) override { return "{}"; }

 private:
  const std::string method_;
  std::string uri_;
};

}  // namespace podload::conformance
