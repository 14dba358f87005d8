// One call of CurlHttpClient: its libcurl handle, built from a request, and the reply so far.
//
// Owned by a TransferLoop; created on any thread, then used by the network thread only. prepare() throws HttpFailure
// (as a value) for a request that cannot be sent at all.
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

  /// Creates the handle for the request.
  CURL* prepare();
  /// The start time.
  SteadyTime begins() const { return started_; }

  std::uint64_t id() const { return id_; }
  CURL* handle() const { return handle_.get(); }
  const std::string& group() const { return request_.group; }

  /// When to give up: at the end of the timeout or, while there is no connection, of the connect timeout if that is
  /// earlier.
  SteadyTime deadline() const;
  HttpFailure overdue() const;

  /// Translates libcurl's result to the SDK's terms.
  HttpResult result(CURLcode code);
  /// Calls on_done; the transfer has ended.
  void finish(HttpResult result);

  /// Set if the call was rejected before it was sent.
  std::optional<HttpFailure> stillborn;
  /// Set if the call's group has a limit of bytes: the group's budget.
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
  bool is_streamed() const;
  bool pass_on(std::string_view piece);
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
  std::string refused_;  ///< Why the address was refused.
  std::shared_ptr<ByteShare> share_;
  bool connected_ = false;
  bool too_large_ = false;
  bool over_budget_ = false;
  bool reply_began_ = false;
};

}  // namespace podload::net
