// One connection of the FastCGI socket during one request. The watching thread peeks at its data (look()); a worker has
// libfcgi read the request and write the reply (begin(), receive(), finish()). Owns the descriptor until finish()
// returns it. Not thread-safe: one thread at a time.
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
  static constexpr std::size_t kLargestLook = 128U << 10;  ///< The most bytes of a request's parameters, record heads included.

  FastCgiConnection(int fd, std::chrono::milliseconds receive_limit);
  ~FastCgiConnection() override;
  FastCgiConnection(const FastCgiConnection&) = delete;
  FastCgiConnection& operator=(const FastCgiConnection&) = delete;

  int fd() const { return fd_; }

  /// For a new descriptor: limits how long a single read or write of libfcgi may wait.
  void limit_waiting() const;

  enum class Look {
    part,   ///< Wait for more.
    ready,  ///< A worker may take it.
    ended,  ///< Close it.
  };
  /// Peeks at the received data with `buffer` (kLargestLook bytes); it stays in the socket. Throws BadFastCgi.
  Look look(std::span<char> buffer);

  /// When a request that has begun must be complete; nothing before its first byte.
  std::optional<std::chrono::steady_clock::time_point> due() const { return due_; }
  /// Whether look() saw the end of the body too, so that receive() does not wait.
  bool is_whole() const { return whole_; }

  /// Reads and drops what is in the socket, so that closing it does not reset the client's connection.
  void discard(std::span<char> buffer) const;

  /// Parses the parameters, which look() has seen. Throws BadFastCgi.
  void begin();
  /// Reads the body: keeps up to `kept` bytes; of a longer body it keeps only the length. Throws BadFastCgi if the body
  /// does not end.
  void receive(std::size_t kept);

  /// Writes the reply. Returns the descriptor if the connection is kept, else -1. Throws if the reply cannot be written
  /// completely; the connection is then closed.
  int finish(const Reply& reply);

  /// Writes the reply as the beginning of a stream and gives up the descriptor. Throws if it cannot be written completely.
  DetachedConnection detach(const Reply& beginning);

  std::string_view param(std::string_view name) const override;
  void headers(const std::function<void(std::string, std::string_view)>& each) const override;
  std::string read_body(std::size_t limit) override;

 private:
  void put_head(const Reply& reply);
  void put(std::string_view bytes);
  void check_written() const;

  int fd_;
  const std::chrono::milliseconds receive_limit_;
  std::optional<std::chrono::steady_clock::time_point> due_;
  bool whole_ = false;
  FCGX_Request request_{};
  std::map<std::string_view, std::string_view> params_;  ///< Refer to libfcgi's own copy. For a repeated name, the first value.
  std::string body_;
  std::size_t body_size_ = 0;
};

}  // namespace podload
