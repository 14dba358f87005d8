// One call of CurlHttpClient: its libcurl handle, set up from a request, and what has come back.
//
// Owned by the network loop; made on any thread, from then on used by the network thread only. The
// setting up throws HttpFailure (as a value) for what cannot be sent at all.
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <memory>

#include "net/byte_budget.hpp"
#include "podload/clock.hpp"
#include "podload/http_client.hpp"

namespace podload::net {

class Transfer {
 public:
  Transfer(std::uint64_t id, HttpRequest request, HttpClient::OnDone on_done, HttpClient::OnData on_data);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Makes the handle that carries the request out.
  CURL* prepare();
  /// When it is to begin.
  SteadyTime begins() const { return started_; }

  std::uint64_t id() const { return id_; }
  CURL* handle() const { return handle_.get(); }
  const std::string& group() const { return request_.group; }

  /// When to give up, if nothing changes: until a connection stands, the earlier of two ends.
  SteadyTime deadline() const;
  HttpFailure overdue() const;

  /// libcurl's result, in the SDK's terms.
  HttpResult result(CURLcode code);
  /// Calls on_done; the transfer is over.
  void finish(HttpResult result);

  /// Set: it never was to be sent, for this reason.
  std::optional<HttpFailure> stillborn;
  /// Where its group has a limit of bytes: that group's.
  std::shared_ptr<ByteBudget> budget;

 private:
  struct EasyDeleter {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  using List = std::unique_ptr<curl_slist, ListDeleter>;

  template <class Value>
  void set(CURLoption option, Value value);
  void set_target();
  void set_tls();
  void set_body();
  void set_headers();
  void set_callbacks();

  curl_socket_t open_socket(curl_sockaddr* address);
  int before_request(const char* peer);
  std::size_t take_header(std::string_view line);
  std::size_t take_body(std::string_view piece);

  const std::uint64_t id_;
  HttpRequest request_;
  HttpClient::OnDone on_done_;
  HttpClient::OnData on_data_;
  const SteadyTime started_;
  std::unique_ptr<CURL, EasyDeleter> handle_;
  List headers_, connect_to_;
  std::string host_header_;
  char error_[CURL_ERROR_SIZE] = {};
  HttpReply reply_;
  std::string refused_;  ///< Why the address was not connected to.
  std::shared_ptr<ByteShare> share_;
  bool connected_ = false;
  bool too_large_ = false;
  bool crowded_ = false;
  bool reply_began_ = false;
};

}  // namespace podload::net
