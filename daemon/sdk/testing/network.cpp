#include "podload_testing/network.hpp"

#include "net/curl_http_client.hpp"
#include "podload/log.hpp"

namespace podload::testing {
namespace {

class NoLog : public Log {
 public:
  void write(LogLevel, std::string_view, const Json&) noexcept override {}
};

class Network : private NoLog, public net::CurlHttpClient {
 public:
  Network() : CurlHttpClient(static_cast<NoLog&>(*this)) {}
};

}  // namespace

std::unique_ptr<HttpClient> make_network() { return std::make_unique<Network>(); }

}  // namespace podload::testing
