// One FastCGI request as its bytes come in, and the records of its reply: the responder's part of
// the FastCGI specification, version 1, for a server that sends one request after the other on a
// connection, as nginx does. What cannot be right is refused at its head, before anything is made of
// its size. Reads no descriptor. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace podload {

/// The bytes are no FastCGI request, or one that is too large: the connection is to be closed.
class BadFastCgi : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class FastCgiRequest {
 public:
  static constexpr std::size_t kLargestParams = 256U << 10;  ///< Bytes of all parameters.
  static constexpr std::size_t kLargestBody = 64U << 20;     ///< Bytes of a body that is still read to its end, though not kept.

  /// Keeps at most `body_kept` bytes of a body; of a longer one only the length.
  explicit FastCgiRequest(std::size_t body_kept) : body_kept_(body_kept) {}

  /// Takes the next bytes. Throws BadFastCgi; after that, and after whole(), it takes no more.
  void take(std::string_view bytes);

  /// Whether nothing has come yet: then the server may close the connection.
  bool untouched() const { return !begun_ && head_.empty(); }
  bool whole() const { return whole_; }

  bool keep_connection() const { return keep_connection_; }
  /// By name. Where one stands twice, the first.
  const std::map<std::string, std::string, std::less<>>& params() const { return params_; }
  /// The body; empty where it is longer than what is kept.
  const std::string& body() const { return body_; }
  std::size_t body_size() const { return body_size_; }

  /// Adds `content` to `out` in records of the reply, and its end.
  void put_content(std::string_view content, std::string& out) const;
  void put_end(std::string& out) const;

 private:
  void take_head();
  void take_content(std::string_view piece);
  void end_record();
  void read_params();

  const std::size_t body_kept_;
  std::string head_;                ///< Of the next record, as far as it is here.
  std::uint8_t type_ = 0;
  std::size_t content_left_ = 0, padding_left_ = 0;
  bool empty_record_ = false;
  std::string begin_;               ///< Content of FCGI_BEGIN_REQUEST.
  std::string raw_params_;
  std::map<std::string, std::string, std::less<>> params_;
  std::string body_;
  std::size_t body_size_ = 0;
  std::uint16_t id_ = 0;
  bool begun_ = false, params_done_ = false, whole_ = false, keep_connection_ = false;
};

}  // namespace podload
