#include "conformance/nobody.hpp"

#include "podload/error.hpp"

namespace podload::conformance {

void NoUsers::confirm(Transaction&, const Principal&, Level, std::string_view, std::string_view) {
  throw SignedOut();
}

AnonymousRequest::AnonymousRequest(const Operation& operation) : method_(operation.method) {
  for (const std::string& segment : operation.segments)
    uri_ += "/" + (segment.starts_with('{') ? std::string("x") : segment);
}

std::string_view AnonymousRequest::param(std::string_view name) const {
  if (name == "REQUEST_METHOD") return method_;
  if (name == "REQUEST_URI") return uri_;
  if (name == "REMOTE_ADDR") return "192.0.2.1";
  if (name == "CONTENT_TYPE") return "application/json";
  return {};
}

void AnonymousRequest::headers(const std::function<void(std::string, std::string_view)>& each) const {
  each("host", "localhost");
}

}  // namespace podload::conformance
