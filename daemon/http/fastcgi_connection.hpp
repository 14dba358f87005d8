// One connection of the FastCGI socket while one request passes over it. It is looked at without
// reading (look(), by the thread that watches connections), and read and written by libfcgi (begin(),
// receive(), finish(), by a worker). Owns the descriptor until finish() gives it back. One thread at a
// time.
#pragma once

#include <fcgiapp.h>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/exchange.hpp"
#include "http/fastcgi_head.hpp"

namespace podload {

class FastCgiConnection final : public Exchange {
 public:
  static constexpr std::size_t kLargestLook = 128U << 10;  ///< Bytes of a request's parameters, heads included.

  FastCgiConnection(int fd, std::chrono::milliseconds receive_limit);
  ~FastCgiConnection() override;
  FastCgiConnection(const FastCgiConnection&) = delete;
  FastCgiConnection& operator=(const FastCgiConnection&) = delete;

  int fd() const { return fd_; }

  /// For a new descriptor: how long a single read or write of libfcgi may wait.
  void limit_waiting() const;

  enum class Look {
    part,   ///< Wait for more.
    ready,  ///< A worker may take it.
    ended,  ///< To be closed.
  };
  /// Looks at what has come, into `buffer` (kLargestLook bytes); it stays in the socket. Throws BadFastCgi.
  Look look(std::span<char> buffer);

  /// When a request that has begun must be whole; nothing before its first byte was seen.
  std::optional<std::chrono::steady_clock::time_point> due() const { return due_; }
  /// Whether look() saw the end of the body too, so that receive() will not wait.
  bool is_whole() const { return whole_; }

  /// Reads away what lies in the socket, so that closing it is no reset to the client.
  void discard(std::span<char> buffer) const;

  /// Reads the parameters, which look() has seen. Throws BadFastCgi.
  void begin();
  /// Reads the body: keeps `kept` bytes of it, and of a longer one only the length. Throws BadFastCgi
  /// where it does not come to its end.
  void receive(std::size_t kept);

  /// Writes the reply; returns the descriptor if the connection is kept, else -1. Throws where it
  /// cannot be written whole: the connection is then closed.
  int finish(const Reply& reply);

  std::string_view param(std::string_view name) const override;
  void headers(const std::function<void(std::string, std::string_view)>& each) const override;
  std::string read_body(std::size_t limit) override;

 private:
  void put(std::string_view bytes);
  void check_written() const;

  int fd_;
  const std::chrono::milliseconds receive_limit_;
  std::optional<std::chrono::steady_clock::time_point> due_;
  bool whole_ = false;
  FCGX_Request request_{};
  std::map<std::string_view, std::string_view> params_;  ///< Into libfcgi's own copy. Where a name stands twice, the first.
  std::string body_;
  std::size_t body_size_ = 0;
};

}  // namespace podload
