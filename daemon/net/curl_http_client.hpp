// The HttpClient of the daemon: libcurl's multi interface, run by one thread of its own.
//
// Connections are kept for the calls to one server with one identity (HTTP/1.1: docs/adr/0008).
// Deadlines are kept here and not by libcurl, which does not look at the clock of a call that waits
// for another's connection. A request that dies on a kept connection before a byte of the reply
// has come is sent once more on a new one, whatever its method: changes must carry a precondition.
//
// Owned by the host. start() and cancel() from any thread; callbacks come on the network thread.
// The destructor ends every call with `cancelled`; a call started after that gets it at once.
#pragma once

#include <memory>

#include "podload/http_client.hpp"
#include "podload/log.hpp"

namespace podload::net {

class CurlHttpClient : public HttpClient {
 public:
  explicit CurlHttpClient(Log& log);
  ~CurlHttpClient() override;

  std::shared_ptr<HttpCall> start(HttpRequest request, OnDone on_done, OnData on_data = {}) override;

  /// Ends every call and the thread; also done by the destructor. Not from a callback.
  void stop();

 private:
  class Loop;
  std::shared_ptr<Loop> loop_;
};

}  // namespace podload::net
