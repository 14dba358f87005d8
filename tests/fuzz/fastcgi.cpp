// Data on the FastCGI socket: libfcgi accepts what check_fastcgi() lets through, and more data never undoes a result.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "check.hpp"
#include "http/fastcgi_connection.hpp"
#include "podload/error.hpp"

namespace {

constexpr std::size_t kBodyKept = 1000;

/// The value in FastCgiHead, which only grows with more bytes; 3 if it is refused.
int seen(std::string_view bytes) {
  try {
    return static_cast<int>(podload::check_fastcgi(bytes));
  } catch (const podload::BadFastCgi&) {
    return 3;
  }
}

/// Reads the body, or gets the refusal of one that is longer than what is kept.
void read_body(podload::FastCgiConnection& connection) {
  try {
    MUST(connection.read_body(kBodyKept).size() <= kBodyKept);
  } catch (const podload::Error& error) {
    MUST(error.code() == "too_large");
  }
}

/// Sends the bytes and nothing more, and serves them like the server.
void serve(std::string_view bytes) {
  using podload::FastCgiConnection;
  int ends[2];
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  MUST(send(ends[0], bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
  shutdown(ends[0], SHUT_WR);
  static std::vector<char> buffer(FastCgiConnection::kLargestLook);
  FastCgiConnection connection(ends[1], std::chrono::seconds(10));
  const int fd = ends[1];
  try {
    if (connection.look(buffer) == FastCgiConnection::Look::ready) {
      bool begun = false;
      try {
        connection.begin();
        begun = true;
        connection.receive(kBodyKept);
        read_body(connection);
        podload::Reply reply;
        reply.body = "x";
        const int kept = connection.finish(reply);
        MUST(kept == -1 || kept == fd);
        if (kept >= 0) close(kept);
      } catch (const podload::BadFastCgi&) {
        MUST(begun && !connection.is_whole());
      }
    }
  } catch (const podload::BadFastCgi&) {
  }
  close(ends[0]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const bool is_started = FCGX_Init() == 0;
  MUST(is_started);
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  MUST(seen(bytes.substr(0, std::min<std::size_t>(data[0], bytes.size()))) <= seen(bytes));
  serve(bytes);
  return 0;
}
