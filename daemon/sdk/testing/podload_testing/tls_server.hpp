// A small HTTPS server (HTTP/1.1, kept connections) on 127.0.0.1 for tests of HTTP clients. One thread per connection,
// which also runs the handler.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "podload_testing/certificates.hpp"

namespace podload::testing {

struct SeenRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string, std::less<>> headers;  ///< Lower-case names.
  std::string body;
  std::string client;  ///< The common name of the client's certificate, if it sent one.
  int connection = 0;  ///< Counted from 1.
};

class Responder {
 public:
  virtual ~Responder() = default;
  /// A whole reply. Each line in `extra` ends in "\r\n".
  virtual void reply(int status, std::string_view body, std::string_view extra = {}) = 0;
  /// The start of a reply that ends with the connection, and its pieces.
  virtual void begin(int status) = 0;
  virtual void send(std::string_view bytes) = 0;
  /// Closes the connection after the handler.
  virtual void close() = 0;
  /// Waits until the client closes the connection or the server stops.
  virtual void wait_for_end() = 0;
};

class __attribute__((visibility("default"))) TlsServer {
 public:
  using Handler = std::function<void(const SeenRequest&, Responder&)>;

  /// With `client_ca_pem`, clients without a certificate signed by it are rejected.
  TlsServer(const Certificate& certificate, Handler handler, const std::string& client_ca_pem = {});
  ~TlsServer();

  int port() const;
  std::string url(const std::string& path, const std::string& host = "127.0.0.1") const;
  int connections() const;  ///< Accepted so far.

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

}  // namespace podload::testing
