#include "podload_testing/tls_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace podload::testing {
namespace {

struct Ended {};  // thrown on a connection's thread when the client or the server is done

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* each) const {
    Free(each);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freer<Free>>;

Owned<BIO, BIO_free> text_bio(const std::string& text) {
  return Owned<BIO, BIO_free>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

class Connection : public Responder {
 public:
  Connection(SSL* ssl, int socket, int stop_event) : ssl_(ssl), socket_(socket), stop_(stop_event) {}

  void reply(int status, std::string_view body, std::string_view extra) override {
    std::string head = "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size());
    send(head.append("\r\n").append(extra).append("\r\n").append(body));
  }
  void begin(int status) override {
    send("HTTP/1.1 " + std::to_string(status) + " X\r\nConnection: close\r\n\r\n");
    close();
  }
  void send(std::string_view bytes) override {
    if (!bytes.empty() && SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) <= 0) throw Ended();
  }
  void close() override { closing_ = true; }
  void wait_for_end() override {
    char byte = 0;
    do wait();
    while (SSL_read(ssl_, &byte, 1) > 0);
    throw Ended();
  }

  SeenRequest read() {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) read_more();
    SeenRequest request;
    std::string_view head = std::string_view(buffer_).substr(0, end);
    const auto next_line = [&] {
      const std::string_view line = head.substr(0, head.find("\r\n"));
      head.remove_prefix(std::min(head.size(), line.size() + 2));
      return line;
    };
    const std::string_view first = next_line();
    request.method = first.substr(0, first.find(' '));
    request.target = first.substr(request.method.size() + 1, first.rfind(' ') - request.method.size() - 1);
    while (!head.empty()) {
      const std::string_view line = next_line();
      std::string name(line.substr(0, line.find(':')));
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
      request.headers[name] = line.substr(std::min(line.size(), name.size() + 2));
    }
    const auto length = request.headers.find("content-length");
    const std::size_t size = length == request.headers.end() ? 0 : std::stoul(length->second);
    while (buffer_.size() < end + 4 + size) read_more();
    request.body = buffer_.substr(end + 4, size);
    buffer_.erase(0, end + 4 + size);
    return request;
  }

  bool closing() const { return closing_; }

 private:
  /// Waits for something to read; throws if the server stops.
  void wait() {
    if (SSL_pending(ssl_) > 0) return;
    pollfd polled[] = {{socket_, POLLIN, 0}, {stop_, POLLIN, 0}};
    poll(polled, 2, -1);
    if (polled[1].revents != 0) throw Ended();
  }
  void read_more() {
    char bytes[16384];
    wait();
    const int got = SSL_read(ssl_, bytes, sizeof bytes);
    if (got <= 0) throw Ended();
    buffer_.append(bytes, static_cast<std::size_t>(got));
  }

  SSL* ssl_;
  int socket_, stop_;
  std::string buffer_;
  bool closing_ = false;
};

std::string common_name_of_peer(SSL* ssl) {
  const Owned<X509, X509_free> cert(SSL_get1_peer_certificate(ssl));
  if (!cert) return {};
  char name[256] = {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(cert.get()), NID_commonName, name, sizeof name);
  return name;
}

}  // namespace

class TlsServer::Work {
 public:
  Work(const Certificate& certificate, Handler handler, const std::string& client_ca_pem)
      : handler_(std::move(handler)), context_(SSL_CTX_new(TLS_server_method())), stop_(eventfd(0, 0)) {
    std::signal(SIGPIPE, SIG_IGN);
    const Owned<X509, X509_free> cert(PEM_read_bio_X509(text_bio(certificate.cert_pem).get(), nullptr, nullptr, nullptr));
    const Owned<EVP_PKEY, EVP_PKEY_free> key(
        PEM_read_bio_PrivateKey(text_bio(certificate.key_pem).get(), nullptr, nullptr, nullptr));
    SSL_CTX_use_certificate(context_.get(), cert.get());
    SSL_CTX_use_PrivateKey(context_.get(), key.get());
    if (!client_ca_pem.empty()) {
      const Owned<X509, X509_free> ca(PEM_read_bio_X509(text_bio(client_ca_pem).get(), nullptr, nullptr, nullptr));
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), ca.get());
      SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    listen_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listen_, generic, size) != 0 || listen(listen_, 128) != 0 || getsockname(listen_, generic, &size) != 0)
      throw std::runtime_error("the test server cannot listen");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
  }

  ~Work() {
    eventfd_write(stop_, 1);
    thread_.join();
    for (std::thread& each : threads_) each.join();
    close(listen_);
    close(stop_);
  }

  int port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void accept_all() {
    for (;;) {
      pollfd polled[] = {{listen_, POLLIN, 0}, {stop_, POLLIN, 0}};
      poll(polled, 2, -1);
      if (polled[1].revents != 0) return;
      const int accepted = accept4(listen_, nullptr, nullptr, SOCK_CLOEXEC);
      if (accepted < 0) continue;
      threads_.emplace_back([this, accepted, number = ++connections_] { serve(accepted, number); });
    }
  }

  void serve(int socket, int number) {
    const Owned<SSL, SSL_free> ssl(SSL_new(context_.get()));
    SSL_set_fd(ssl.get(), socket);
    if (SSL_accept(ssl.get()) == 1) {
      Connection connection(ssl.get(), socket, stop_);
      try {
        while (!connection.closing()) {
          SeenRequest request = connection.read();
          request.client = common_name_of_peer(ssl.get());
          request.connection = number;
          handler_(request, connection);
        }
        SSL_shutdown(ssl.get());
      } catch (const Ended&) {
        // No error: the client or the test ended it.
      }
    }
    close(socket);
  }

  Handler handler_;
  Owned<SSL_CTX, SSL_CTX_free> context_;
  int stop_, listen_ = -1, port_ = 0;
  std::atomic<int> connections_ = 0;
  std::list<std::thread> threads_;  ///< Used by the accepting thread, then by the destructor.
  std::thread thread_;
};

TlsServer::TlsServer(const Certificate& certificate, Handler handler, const std::string& client_ca_pem)
    : work_(std::make_unique<Work>(certificate, std::move(handler), client_ca_pem)) {}
TlsServer::~TlsServer() = default;

int TlsServer::port() const { return work_->port(); }
int TlsServer::connections() const { return work_->connections(); }
std::string TlsServer::url(const std::string& path, const std::string& host) const {
  return "https://" + host + ":" + std::to_string(port()) + path;
}

}  // namespace podload::testing
