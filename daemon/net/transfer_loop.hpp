// One network thread: libcurl's multi interface and the calls that it carries.
//
// Owned by CurlHttpClient. add(), cancel() and idle_since() from any thread; callbacks run on the loop's thread. stop()
// ends every call with `cancelled`, and the thread; so does a call added later. Not from a callback.
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "net/transfer.hpp"
#include "podload/http_client.hpp"
#include "podload/log.hpp"
#include "podload/mutex.hpp"

namespace podload::net {

class TransferLoop {
 public:
  /// libcurl must be initialised. Throws std::runtime_error and std::system_error.
  explicit TransferLoop(Log& log);
  ~TransferLoop() { stop(); }
  TransferLoop(const TransferLoop&) = delete;
  TransferLoop& operator=(const TransferLoop&) = delete;

  /// The call's number; 0 if it has ended already.
  std::uint64_t add(HttpRequest request, HttpClient::OnDone on_done, HttpClient::OnData on_data);
  void cancel(std::uint64_t id);
  void stop();

  /// Since when it has carried no call; nothing while it carries one.
  std::optional<SteadyTime> idle_since();

 private:
  void run();
  bool take_news();
  void begin(std::unique_ptr<Transfer> transfer);
  void carry_out(Transfer& started);
  void finish_done();
  SteadyTime finish_overdue();
  void end(std::uint64_t id, HttpResult result);

  /// A bulkhead: its number of calls, including those not started yet, and the bytes that their replies hold.
  struct Group {
    std::size_t calls = 0;
    std::weak_ptr<ByteBudget> bytes;
  };

  Log& log_;
  CURLM* multi_ = nullptr;  ///< Used by the loop's thread only, except for curl_multi_wakeup.
  std::unordered_map<std::uint64_t, std::unique_ptr<Transfer>> active_;  ///< Used by the loop's thread only.

  Mutex mutex_;  ///< Guards the members below.
  std::vector<std::unique_ptr<Transfer>> arrivals_ PODLOAD_GUARDED_BY(mutex_);
  std::vector<std::uint64_t> cancels_ PODLOAD_GUARDED_BY(mutex_);
  std::map<std::string, Group> groups_ PODLOAD_GUARDED_BY(mutex_);
  std::uint64_t last_id_ PODLOAD_GUARDED_BY(mutex_) = 0;
  std::size_t calls_ PODLOAD_GUARDED_BY(mutex_) = 0;
  SteadyTime idle_since_ PODLOAD_GUARDED_BY(mutex_) = std::chrono::steady_clock::now();
  bool stopping_ PODLOAD_GUARDED_BY(mutex_) = false;

  std::thread thread_;
};

}  // namespace podload::net
