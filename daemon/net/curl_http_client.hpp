// The daemon's HttpClient: libcurl's multi interface, on a thread per server (HttpRequest::group up to a slash), so that
// one that sends too much, or what takes long to unpack, delays its own calls only.
//
// Connections are reused for calls to the same server with the same identity (HTTP/1.1:
// daemon/docs/adr/0008-http-1-for-api-servers.md). Deadlines are checked here, not by libcurl, which ignores the
// timeout of a call that waits for another call's connection. A request that fails on a kept connection before the
// first byte of the reply is sent once more on a new one, whatever its method: changes must carry a precondition.
//
// Owned by the host. start() and cancel() from any thread; callbacks run on the call's network thread. The destructor
// ends every call with `cancelled`; so does a call started later.
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

  /// Ends every call and the threads; the destructor does this too. Not from a callback.
  void stop();

 private:
  class Loops;
  std::unique_ptr<Loops> loops_;
};

}  // namespace podload::net
