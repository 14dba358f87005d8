// One FastCGI request in progress: what nginx sent, and where the reply goes. Created by the server and used by one
// worker at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "podload/request.hpp"

namespace podload {

/// A connection whose reply has begun, without the server's buffers. Whoever has it closes the descriptor.
struct DetachedConnection {
  int fd = -1;
  std::uint16_t request_id = 0;
};

class Exchange {
 public:
  virtual ~Exchange() = default;

  /// A FastCGI parameter; empty if it is missing.
  virtual std::string_view param(std::string_view name) const = 0;
  /// Calls `each` with the name (lower case, dashes) and value of every HTTP header.
  virtual void headers(const std::function<void(std::string, std::string_view)>& each) const = 0;
  /// The whole body. Throws Error{"too_large"}.
  virtual std::string read_body(std::size_t limit) = 0;
};

/// Passes a finished reply to a worker. Call it once per request, from any thread.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  virtual void send(std::shared_ptr<Exchange> exchange, Reply reply) = 0;
  /// Writes the reply as the beginning of a stream, in this call, and passes on the connection. Throws if the client has
  /// gone.
  virtual DetachedConnection detach(Exchange& exchange, const Reply& beginning) = 0;
};

}  // namespace podload
