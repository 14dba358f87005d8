#include "http/fastcgi_connection.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <unordered_map>

#include "podload/error.hpp"

namespace podload {
namespace {

constexpr timeval kSendLimit{60, 0};  // for one piece that nginx does not take

std::string reason(int status) {
  static const std::unordered_map<int, const char*> kReasons{
      {200, "OK"}, {304, "Not Modified"}, {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"},
      {409, "Conflict"}, {413, "Content Too Large"}, {415, "Unsupported Media Type"}, {421, "Misdirected Request"}, {422, "Unprocessable Content"},
      {429, "Too Many Requests"}, {500, "Internal Server Error"}, {502, "Bad Gateway"}, {503, "Service Unavailable"}, {504, "Gateway Timeout"}};
  const auto found = kReasons.find(status);
  return found == kReasons.end() ? "Status" : found->second;
}

}  // namespace

FastCgiConnection::FastCgiConnection(int fd, std::size_t body_kept, std::chrono::milliseconds receive_limit)
    : fd_(fd), receive_limit_(receive_limit), request_(body_kept) {
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kSendLimit, sizeof(kSendLimit));
}

FastCgiConnection::~FastCgiConnection() {
  if (fd_ >= 0) close(fd_);
}

FastCgiConnection::Read FastCgiConnection::read() {
  std::array<char, 64U << 10> piece;  // NOLINT: filled by recv
  while (!request_.whole()) {
    const ssize_t got = recv(fd_, piece.data(), piece.size(), MSG_DONTWAIT);
    if (got == 0) return Read::ended;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? Read::part : Read::ended;
    if (!due_) due_ = std::chrono::steady_clock::now() + receive_limit_;
    request_.take(std::string_view(piece.data(), static_cast<std::size_t>(got)));
  }
  return Read::whole;
}

std::string_view FastCgiConnection::param(std::string_view name) const {
  const auto found = request_.params().find(name);
  return found == request_.params().end() ? std::string_view() : std::string_view(found->second);
}

void FastCgiConnection::headers(const std::function<void(std::string, std::string_view)>& each) const {
  for (const auto& [name, value] : request_.params()) {
    if (!name.starts_with("HTTP_")) continue;
    std::string header(name.substr(5));
    for (char& c : header) c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    each(std::move(header), value);
  }
}

std::string FastCgiConnection::read_body(std::size_t limit) {
  // A body that was not kept is longer than any limit.
  if (request_.body_size() > limit || request_.body().size() != request_.body_size()) throw Error("too_large", {{"limit", limit}});
  return request_.body();
}

int FastCgiConnection::finish(const Reply& reply) {
  std::string head = "Status: " + std::to_string(reply.status) + " " + reason(reply.status) + "\r\n";
  if (!reply.content_type.empty()) head += "Content-Type: " + reply.content_type + "\r\n";
  for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
  head += "\r\n";
  std::string out;
  request_.put_content(head, out);
  if (param("REQUEST_METHOD") != "HEAD") {
    request_.put_content(reply.body, out);
    // A piece that cannot be made, or a server that went away, leaves the reply unended, so that
    // nobody takes the part for the whole.
    if (reply.more)
      for (std::string piece = reply.more(); !piece.empty(); piece = reply.more()) {
        request_.put_content(piece, out);
        send_all(out);
        out.clear();
      }
  }
  request_.put_end(out);
  send_all(out);
  if (!request_.keep_connection()) return -1;
  const int kept = fd_;
  fd_ = -1;
  return kept;
}

void FastCgiConnection::send_all(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) throw std::runtime_error(std::string("the client went away: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace podload
