// One FastCGI request on its way: what nginx sent, and where the reply goes. Made by the server,
// handed to one worker at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "podload/request.hpp"

namespace podload {

class Exchange {
 public:
  virtual ~Exchange() = default;

  /// A FastCGI parameter, empty without it.
  virtual std::string_view param(std::string_view name) const = 0;
  /// Calls `each` with the name (lower case, dashes) and value of every HTTP header.
  virtual void headers(const std::function<void(std::string, std::string_view)>& each) const = 0;
  /// The whole body. Throws Error{"too_large"}.
  virtual std::string read_body(std::size_t limit) = 0;
};

/// Hands a finished reply to a worker, from any thread, once.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  virtual void send(std::shared_ptr<Exchange> exchange, Reply reply) = 0;
};

}  // namespace podload
