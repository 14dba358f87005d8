#include "conformance/nobody.hpp"

#include "house/given_exchange.hpp"
#include "podload/error.hpp"

namespace podload::conformance {

void NoUsers::confirm(Transaction&, const Principal&, Level, std::string_view, std::string_view) {
  throw SignedOut();
}

std::shared_ptr<Exchange> anonymous_request(const Operation& operation) {
  testing::GivenRequest request{operation.method, {}, {}, "{}"};
  for (const std::string& segment : operation.segments)
    request.uri += "/" + (segment.starts_with('{') ? std::string("x") : segment);
  return std::make_shared<testing::GivenExchange>(std::move(request));
}

}  // namespace podload::conformance
