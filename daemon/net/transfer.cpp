#include "net/transfer.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>

#include "net/address_check.hpp"
#include "podload/text.hpp"
#include "podload/url.hpp"

namespace podload::net {
namespace {

using Kind = HttpFailure::Kind;

// How long a vanished peer may go unnoticed, also on a kept connection: otherwise every later request would be sent to
// the dead peer until the kernel gives up after a quarter of an hour.
constexpr unsigned kDeadPeerMs = 8000;
constexpr long kKeepIdleSeconds = 900;

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

bool names_header(std::string_view line, std::string_view name) {
  return line.size() > name.size() && line[name.size()] == ':' &&
         std::equal(name.begin(), name.end(), line.begin(),
                    [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

void append(curl_slist*& list, const std::string& text) {
  curl_slist* longer = curl_slist_append(list, text.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  list = longer;
}

Kind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return Kind::resolve;
    case CURLE_COULDNT_CONNECT: return Kind::connect;
    case CURLE_OPERATION_TIMEDOUT: return Kind::timeout;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_INVALIDCERTSTATUS: return Kind::tls;
    default: return Kind::broken;
  }
}

Url url_of(const std::string& text) {
  auto read = read_url(text);
  if (auto* url = std::get_if<Url>(&read)) return std::move(*url);
  throw HttpFailure{Kind::broken, "not a URL"};
}

/// The URL with another host.
Url with_host(Url url, const std::string& host) {
  url.host = lower_case(host);
  const auto read = read_url(url.text());
  if (!std::holds_alternative<Url>(read) || std::get<Url>(read) != url)
    throw HttpFailure{Kind::broken, "not a host name: " + host};
  return url;
}

curl_blob blob_of(const std::string& text) {
  // libcurl only reads it; the identity outlives the handle.
  return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
}

}  // namespace

Transfer::Transfer(std::uint64_t id, HttpRequest request, HttpClient::OnDone on_done, HttpClient::OnData on_data)
    : id_(id),
      request_(std::move(request)),
      on_done_(std::move(on_done)),
      on_data_(std::move(on_data)),
      started_(std::chrono::steady_clock::now() + request_.delay) {}

template <class Value>
void Transfer::set(CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(handle_.get(), option, value);
  if (code != CURLE_OK) throw HttpFailure{Kind::broken, curl_easy_strerror(code)};
}

CURL* Transfer::prepare() {
  handle_.reset(curl_easy_init());
  if (!handle_) throw std::bad_alloc();
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_ERRORBUFFER, static_cast<char*>(error_));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROXY, "");
  set(CURLOPT_PROTOCOLS_STR, request_.plain_http ? "https,http" : "https");
  set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  // HTTP/1.1 on kept connections: libcurl 7.88 sometimes stalls calls that share an HTTP/2 connection until their
  // deadline (daemon/docs/adr/0008-http-1-for-api-servers.md).
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_ACCEPT_ENCODING, "gzip");
  set(CURLOPT_MAXAGE_CONN, kKeepIdleSeconds);
  if (request_.fresh) set(CURLOPT_FRESH_CONNECT, 1L);
  if (budget) share_ = std::make_shared<ByteShare>(budget, request_.group_bytes);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_TCP_KEEPIDLE, 15L);
  set(CURLOPT_TCP_KEEPINTVL, 3L);
  // Without it, ending a call waits for the resolver's thread and blocks all other calls.
  set(CURLOPT_QUICK_EXIT, 1L);
  set_target();
  set_tls();
  set_body();
  set_headers();
  set_callbacks();
  return handle_.get();
}

void Transfer::set_target() {
  Url url = url_of(request_.url);
  set(CURLOPT_PATH_AS_IS, 1L);
  const std::string name = request_.tls ? request_.tls->server_name : std::string();
  if (!name.empty()) {
    // libcurl verifies the certificate for the URL's name: the name goes into the URL, the address into the connection.
    const std::string address = url.authority();
    url = with_host(std::move(url), name);
    host_header_ = "Host: " + address;
    curl_slist* list = nullptr;
    append(list, url.authority() + ":" + address);
    connect_to_.reset(list);
    set(CURLOPT_CONNECT_TO, connect_to_.get());
  }
  set(CURLOPT_URL, url.text().c_str());
}

void Transfer::set_tls() {
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  // An encrypted key must fail instead of asking for a password on the terminal.
  set(CURLOPT_KEYPASSWD, "");
  if (!request_.tls) return;
  const TlsIdentity& tls = *request_.tls;
  if (!tls.ca_pem.empty()) {
    const curl_blob ca = blob_of(tls.ca_pem);
    set(CURLOPT_CAINFO_BLOB, &ca);
    // Only these authorities: libcurl would also trust its built-in folder.
    set(CURLOPT_CAINFO, static_cast<const char*>(nullptr));
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (!tls.cert_pem.empty()) {
    const curl_blob cert = blob_of(tls.cert_pem);
    const curl_blob key = blob_of(tls.key_pem.reveal());
    set(CURLOPT_SSLCERT_BLOB, &cert);
    set(CURLOPT_SSLKEY_BLOB, &key);
  }
}

void Transfer::set_body() {
  if (request_.method == "GET" && request_.body.empty()) {
    set(CURLOPT_HTTPGET, 1L);
    return;
  }
  if (request_.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
    return;
  }
  if (has_control_characters(request_.method)) throw HttpFailure{Kind::broken, "not a method"};
  if (!request_.body.empty() || request_.method == "POST") {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(CURLOPT_POSTFIELDS, request_.body.data());
  }
  set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void Transfer::set_headers() {
  curl_slist* list = nullptr;
  try {
    bool has_type = false;
    const auto add = [&](const std::string& line) {
      if (has_control_characters(line)) throw HttpFailure{Kind::broken, "a header with control characters"};
      append(list, line);
    };
    for (const std::string& line : request_.headers) {
      has_type = has_type || names_header(line, "content-type");
      add(line);
    }
    if (!host_header_.empty()) add(host_header_);
    if (!request_.bearer.empty()) add("Authorization: Bearer " + request_.bearer.reveal());
    if (!has_type) add("Content-Type:");
    add("Expect:");
  } catch (...) {
    curl_slist_free_all(list);
    throw;
  }
  headers_.reset(list);
  set(CURLOPT_HTTPHEADER, headers_.get());
}

void Transfer::set_callbacks() {
  set(CURLOPT_OPENSOCKETDATA, this);
  set(CURLOPT_OPENSOCKETFUNCTION, +[](void* self, curlsocktype, curl_sockaddr* address) -> curl_socket_t {
    return static_cast<Transfer*>(self)->open_socket(address);
  });
  set(CURLOPT_PREREQDATA, this);
  set(CURLOPT_PREREQFUNCTION, +[](void* self, char* peer, char*, int, int) -> int {
    return static_cast<Transfer*>(self)->before_request(peer);
  });
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_HEADERFUNCTION, +[](char* data, std::size_t, std::size_t size, void* self) -> std::size_t {
    return static_cast<Transfer*>(self)->take_header({data, size});
  });
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t, std::size_t size, void* self) -> std::size_t {
    return static_cast<Transfer*>(self)->take_body({data, size});
  });
}

curl_socket_t Transfer::open_socket(curl_sockaddr* address) {
  if (!request_.any_address) {
    if (auto why = refused_address(&address->addr)) {
      refused_ = std::move(*why);
      return CURL_SOCKET_BAD;
    }
  }
  const int descriptor = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (descriptor < 0) return CURL_SOCKET_BAD;
  setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &kDeadPeerMs, sizeof kDeadPeerMs);
  return descriptor;
}

int Transfer::before_request(const char* peer) {
  connected_ = true;
  // A kept connection may have been opened for a request that allowed more addresses.
  if (request_.any_address) return CURL_PREREQFUNC_OK;
  auto why = refused_address(std::string(peer));
  if (!why) return CURL_PREREQFUNC_OK;
  refused_ = std::move(*why);
  return CURL_PREREQFUNC_ABORT;
}

std::size_t Transfer::take_header(std::string_view line) {
  const std::size_t taken = line.size();
  reply_began_ = true;
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  if (line.substr(0, 5) == "HTTP/") {
    reply_.headers.clear();  // headers before this line belong to an interim reply
    return taken;
  }
  if (line.empty()) return pass_on({}) ? taken : 0;  // the end of a head
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return taken;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  auto [at, is_new] = reply_.headers.try_emplace(std::move(name), value);
  if (!is_new) at->second.append(", ").append(value);
  return taken;
}

bool Transfer::is_streamed() const {
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  return on_data_ && status >= 200 && status < 300;
}

bool Transfer::pass_on(std::string_view piece) {
  if (!is_streamed()) return true;
  try {
    on_data_(piece);
    return true;
  } catch (...) {  // no exception may cross libcurl
    return false;
  }
}

std::size_t Transfer::take_body(std::string_view piece) {
  if (is_streamed()) return pass_on(piece) ? piece.size() : CURL_WRITEFUNC_ERROR;
  try {
    if (piece.size() > request_.body_limit - reply_.body.size()) {
      too_large_ = true;
      return CURL_WRITEFUNC_ERROR;
    }
    if (share_ && !share_->take(piece.size())) {
      over_budget_ = true;
      return CURL_WRITEFUNC_ERROR;
    }
    reply_.body.append(piece);
    return piece.size();
  } catch (...) {
    return CURL_WRITEFUNC_ERROR;  // no exception may cross libcurl
  }
}

SteadyTime Transfer::deadline() const {
  const SteadyTime end = request_.timeout.count() > 0 ? started_ + request_.timeout : SteadyTime::max();
  return connected_ ? end : std::min(end, started_ + request_.connect_timeout);
}

HttpFailure Transfer::overdue() const {
  if (!connected_) return {Kind::connect, "no connection in " + std::to_string(request_.connect_timeout.count()) + " ms"};
  return {Kind::timeout, "no complete reply in " + std::to_string(request_.timeout.count()) + " ms"};
}

HttpResult Transfer::result(CURLcode code) {
  HttpResult result;
  if (code != CURLE_OK) {
    const char* text = error_[0] != '\0' ? static_cast<const char*>(error_) : curl_easy_strerror(code);
    if (!refused_.empty() && (code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK))
      result.failure = {Kind::address_refused, refused_ + " address"};
    else if (too_large_)
      result.failure = {Kind::too_large, "more than " + std::to_string(request_.body_limit) + " bytes"};
    else if (over_budget_)
      result.failure = {Kind::over_budget, "the replies in progress have " + std::to_string(budget->used() >> 20U) + " MB in total"};
    else
      result.failure = {kind_of(code), text};
    long opened = 1, sent = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_NUM_CONNECTS, &opened);
    curl_easy_getinfo(handle_.get(), CURLINFO_REQUEST_SIZE, &sent);
    result.failure->stale = opened == 0 && connected_ && !reply_began_ && result.failure->kind == Kind::broken;
    result.failure->sent = sent > 0;
    share_.reset();
    reply_.body = {};
  }
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  reply_.status = static_cast<int>(status);
  reply_.held = std::move(share_);
  result.reply = std::move(reply_);
  return result;
}

void Transfer::finish(HttpResult result) {
  const HttpClient::OnDone done = std::move(on_done_);
  on_data_ = {};
  done(std::move(result));
}

}  // namespace podload::net
