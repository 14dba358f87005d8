#include "http/fastcgi_connection.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "podload/error.hpp"

namespace podload {
namespace {

constexpr timeval kSendLimit{60, 0};             // for one piece that nginx does not accept
constexpr std::size_t kManyBytes = 64U << 10;    // from here on a worker reads the rest of a body, which the socket may not hold
constexpr std::size_t kLargestBody = 64U << 20;  // still read to its end, though not kept
constexpr std::size_t kLargestPiece = 1U << 20;  // for one call of FCGX_PutStr, whose length is an int

/// Whether the client has closed its side. Asks the descriptor, because an event may belong to an earlier one of that
/// number.
bool is_closed(int fd) {
  pollfd polled{fd, POLLRDHUP, 0};
  return poll(&polled, 1, 0) > 0;
}

std::string reason(int status) {
  static const std::unordered_map<int, const char*> kReasons{
      {200, "OK"}, {304, "Not Modified"}, {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"},
      {409, "Conflict"}, {413, "Content Too Large"}, {415, "Unsupported Media Type"}, {421, "Misdirected Request"}, {422, "Unprocessable Content"},
      {429, "Too Many Requests"}, {500, "Internal Server Error"}, {502, "Bad Gateway"}, {503, "Service Unavailable"}, {504, "Gateway Timeout"}};
  const auto found = kReasons.find(status);
  return found == kReasons.end() ? "Status" : found->second;
}

}  // namespace

FastCgiConnection::FastCgiConnection(int fd, std::chrono::milliseconds receive_limit) : fd_(fd), receive_limit_(receive_limit) {
  FCGX_InitRequest(&request_, -1, 0);
}

FastCgiConnection::~FastCgiConnection() {
  FCGX_Free(&request_, /*close=*/0);
  if (fd_ >= 0) close(fd_);
}

void FastCgiConnection::limit_waiting() const {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(receive_limit_).count();
  const timeval receive{micros / 1'000'000, micros % 1'000'000};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &receive, sizeof(receive));
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kSendLimit, sizeof(kSendLimit));
}

FastCgiConnection::Look FastCgiConnection::look(std::span<char> buffer) {
  const bool is_all = is_closed(fd_);
  ssize_t got = 0;
  do got = recv(fd_, buffer.data(), buffer.size(), MSG_PEEK | MSG_DONTWAIT);
  while (got < 0 && errno == EINTR);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Look::part;
  if (got <= 0) return Look::ended;
  if (!due_) due_ = std::chrono::steady_clock::now() + receive_limit_;
  const auto seen = static_cast<std::size_t>(got);
  const FastCgiHead head = check_fastcgi({buffer.data(), seen});
  whole_ = head == FastCgiHead::whole;
  if (whole_ || (head == FastCgiHead::params && (is_all || seen >= kManyBytes))) return Look::ready;
  if (seen >= buffer.size()) throw BadFastCgi("more than 128 kB of parameters");
  return is_all ? Look::ended : Look::part;
}

void FastCgiConnection::discard(std::span<char> buffer) const {
  [[maybe_unused]] const ssize_t got = recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
}

void FastCgiConnection::begin() {
  request_.ipcFd = fd_;
  request_.keepConnection = 1;  // otherwise FCGX_Accept_r would close it before reading
  FCGX_Detach(&request_);       // libfcgi then closes at once, without reading until the client has closed too
  if (FCGX_Accept_r(&request_) != 0) {
    fd_ = request_.ipcFd;
    throw BadFastCgi("libfcgi does not take its parameters");
  }
  for (char** entry = request_.envp; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    params_.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
}

void FastCgiConnection::receive(std::size_t kept) {
  FCGX_Stream& in = *request_.in;
  const auto fill = in.fillBuffProc;
  // A body may contain records for libfcgi itself: it trusts the lengths of the names in FCGI_GET_VALUES and writes the
  // answers into 64 bytes. It reads the content of such records with the stream's own procedure. Without one, each such
  // record is a protocol error; the real procedure is called directly.
  in.fillBuffProc = [](FCGX_Stream* stream) { stream->isClosed = 1; };
  std::array<char, 8192> piece;  // NOLINT: filled by FCGX_GetStr
  for (;;) {
    fill(&in);
    // After an error within a record's head, rdNext is past stop, and FCGX_GetStr would copy a negative number of
    // bytes.
    if (in.isClosed != 0 || FCGX_GetError(&in) != 0) break;
    while (in.rdNext != in.stop) {
      const int got = FCGX_GetStr(piece.data(), static_cast<int>(std::min<std::ptrdiff_t>(in.stop - in.rdNext, piece.size())), &in);
      body_size_ += static_cast<std::size_t>(got);
      if (body_size_ <= kept)
        body_.append(piece.data(), static_cast<std::size_t>(got));
      else
        std::string().swap(body_);
    }
    if (body_size_ > kLargestBody) throw BadFastCgi("a body of more than 64 MB");
  }
  if (FCGX_GetError(&in) == 0) return;
  throw BadFastCgi(due_ && *due_ <= std::chrono::steady_clock::now() ? "its body was not complete in time" : "a body that ends early, or has a record that cannot be there");
}

std::string_view FastCgiConnection::param(std::string_view name) const {
  const auto found = params_.find(name);
  return found == params_.end() ? std::string_view() : found->second;
}

void FastCgiConnection::headers(const std::function<void(std::string, std::string_view)>& each) const {
  for (const auto& [name, value] : params_) {
    if (!name.starts_with("HTTP_")) continue;
    std::string header(name.substr(5));
    for (char& c : header) c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    each(std::move(header), value);
  }
}

std::string FastCgiConnection::read_body(std::size_t limit) {
  // A body that was not kept is longer than any limit.
  if (body_size_ > limit || body_.size() != body_size_) throw Error("too_large", {{"limit", limit}});
  return body_;
}

void FastCgiConnection::put_head(const Reply& reply) {
  std::string head = "Status: " + std::to_string(reply.status) + " " + reason(reply.status) + "\r\n";
  if (!reply.content_type.empty()) head += "Content-Type: " + reply.content_type + "\r\n";
  for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
  head += "\r\n";
  put(head);
}

DetachedConnection FastCgiConnection::detach(const Reply& beginning) {
  put_head(beginning);
  put(beginning.body);
  FCGX_FFlush(request_.out);
  check_written();
  const DetachedConnection detached{fd_, static_cast<std::uint16_t>(request_.requestId)};
  params_.clear();
  FCGX_Free(&request_, /*close=*/0);
  request_.ipcFd = -1;
  fd_ = -1;
  return detached;
}

int FastCgiConnection::finish(const Reply& reply) {
  put_head(reply);
  if (param("REQUEST_METHOD") != "HEAD") {
    put(reply.body);
    // If producing a piece fails or the server has gone, the reply stays without an end, so that the client cannot
    // mistake the part for the whole.
    if (reply.more)
      for (std::string piece = reply.more(); !piece.empty(); piece = reply.more()) {
        put(piece);
        FCGX_FFlush(request_.out);
        check_written();
      }
  }
  const bool is_kept = request_.keepConnection != 0;
  request_.keepConnection = 1;  // libfcgi then closes it only if the reply could not be written
  params_.clear();
  FCGX_Finish_r(&request_);
  if (request_.ipcFd < 0) {
    fd_ = -1;
    throw std::runtime_error("the client closed the connection before the end of its reply");
  }
  return is_kept ? std::exchange(fd_, -1) : -1;
}

void FastCgiConnection::put(std::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kLargestPiece))) {
    FCGX_PutStr(bytes.data(), static_cast<int>(std::min(bytes.size(), kLargestPiece)), request_.out);
    check_written();
  }
}

void FastCgiConnection::check_written() const {
  if (const int error = FCGX_GetError(request_.out)) throw std::runtime_error(std::string("the client closed the connection: ") + std::strerror(error));
}

}  // namespace podload
