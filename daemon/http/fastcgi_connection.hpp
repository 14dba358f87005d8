// One connection of the FastCGI socket while one request passes over it: reads it without waiting,
// and writes its reply. Owns the descriptor until finish() gives it back. One thread at a time.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "http/exchange.hpp"
#include "http/fastcgi_request.hpp"

namespace podload {

class FastCgiConnection final : public Exchange {
 public:
  FastCgiConnection(int fd, std::size_t body_kept, std::chrono::milliseconds receive_limit);
  ~FastCgiConnection() override;
  FastCgiConnection(const FastCgiConnection&) = delete;
  FastCgiConnection& operator=(const FastCgiConnection&) = delete;

  int fd() const { return fd_; }

  enum class Read { whole, part, ended };
  /// Takes what has come. Throws BadFastCgi.
  Read read();

  /// When a request that has begun must be whole; nothing before its first byte.
  std::optional<std::chrono::steady_clock::time_point> due() const { return due_; }

  /// Writes the reply; returns the descriptor if the connection is kept, else -1. Throws where it
  /// cannot be written whole: the connection is then closed.
  int finish(const Reply& reply);

  std::string_view param(std::string_view name) const override;
  void headers(const std::function<void(std::string, std::string_view)>& each) const override;
  std::string read_body(std::size_t limit) override;

 private:
  void send_all(std::string_view bytes) const;

  int fd_;
  const std::chrono::milliseconds receive_limit_;
  FastCgiRequest request_;
  std::optional<std::chrono::steady_clock::time_point> due_;
};

}  // namespace podload
