// A running watch: the API server's lines, in order.
//
// Created by HttpKubeClient on any thread; its callbacks run on the network thread. The destructor waits for a running
// callback (unless that callback calls it) and prevents further ones. So do not destroy it while holding a lock that
// its callbacks take.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "podload/clock.hpp"
#include "podload/http_client.hpp"
#include "podload/kube_client.hpp"

namespace podload::cluster {

/// Splits a stream into lines. Not thread-safe.
class LineSplitter {
 public:
  /// Calls `on_line` with each complete, non-empty line, without its end, while `more()` holds. False if a line is
  /// longer than `limit`.
  bool feed(std::string_view piece, const std::function<void(std::string_view)>& on_line, const std::function<bool()>& more);

  explicit LineSplitter(std::size_t limit) : limit_(limit) {}

 private:
  const std::size_t limit_;
  std::string rest_;
};

/// The limit for a watch's data rate: more than a healthy cluster ever sends, and little enough that the network thread
/// stays available for other connections. Not thread-safe.
class Pace {
 public:
  /// Counts data that arrived at `now`; false if it is too much.
  bool take(std::size_t bytes, std::size_t lines, SteadyTime now);

 private:
  struct Bucket {
    double left, most, a_second;
  };
  static bool pour(Bucket& bucket, double seconds, std::size_t amount);

  Bucket bytes_{32e6, 32e6, 4e6};
  Bucket lines_{20'000, 20'000, 2'000};
  std::optional<SteadyTime> last_;
};

class HttpWatch final : public KubeWatch {
 public:
  using OnLine = std::function<void(std::string_view)>;
  using OnEnd = std::function<void(std::string)>;

  HttpWatch(HttpClient& http, HttpRequest request, OnLine on_line, OnEnd on_end);
  ~HttpWatch() override;
  HttpWatch(const HttpWatch&) = delete;
  HttpWatch& operator=(const HttpWatch&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::shared_ptr<HttpCall> call_;
};

}  // namespace podload::cluster
