#include "podload/http_client.hpp"

#include <future>

namespace podload {

HttpResult HttpClient::fetch(HttpRequest request) {
  std::promise<HttpResult> promise;
  auto result = promise.get_future();
  start(std::move(request), [&promise](HttpResult done) { promise.set_value(std::move(done)); });
  return result.get();
}

}  // namespace podload
