// Counts the bytes that the replies of one group hold: of calls in progress, and of replies that their callers still
// hold. Any thread; does not throw.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace podload::net {

class ByteBudget {
 public:
  std::size_t used() const { return used_; }

 private:
  friend class ByteShare;
  std::atomic<std::size_t> used_ = 0;
};

/// One reply's share of the budget; returned when it is destroyed.
class ByteShare {
 public:
  /// Every reply may take this much, whatever the others hold: a large list must not block small replies.
  static constexpr std::size_t kAlways = 256U << 10;

  ByteShare(std::shared_ptr<ByteBudget> budget, std::size_t limit) : budget_(std::move(budget)), limit_(limit) {}
  ~ByteShare() { budget_->used_ -= bytes_; }
  ByteShare(const ByteShare&) = delete;
  ByteShare& operator=(const ByteShare&) = delete;

  /// Takes `more` bytes; false if the group has too few left.
  bool take(std::size_t more) {
    if (bytes_ + more > kAlways && budget_->used_ + more > limit_) return false;
    bytes_ += more;
    budget_->used_ += more;
    return true;
  }

 private:
  const std::shared_ptr<ByteBudget> budget_;
  const std::size_t limit_;
  std::size_t bytes_ = 0;
};

}  // namespace podload::net
