#include "kube/side_reads.hpp"

#include <utility>
#include <variant>

#include "podload/mutex.hpp"

namespace podload::pod_load {

struct SideReads::Shared {
  Mutex mutex;
  Condition arrived;
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  struct Read {
    bool done = false;
    std::optional<KubeReply> reply;  ///< Empty if it has failed.
  };
  std::map<std::string, Read> reads PODLOAD_GUARDED_BY(mutex);
  std::size_t missing PODLOAD_GUARDED_BY(mutex) = 0;
};

void SideReads::send(KubeClient& kube, const std::string& name, std::string path) {
  if (!shared_) shared_ = std::make_shared<Shared>();
  KubeRequest request;
  request.path = std::move(path);
  {
    const MutexLock lock(shared_->mutex);
    shared_->reads[name] = {};
    ++shared_->missing;
  }
  kube.send_async(request, [shared = shared_, name](std::variant<KubeReply, KubeError> result) {
    const MutexLock lock(shared->mutex);
    Shared::Read& read = shared->reads[name];
    read.done = true;
    if (KubeReply* reply = std::get_if<KubeReply>(&result)) read.reply = std::move(*reply);
    --shared->missing;
    shared->arrived.notify_all();
  });
}

void SideReads::wait(std::chrono::milliseconds most) {
  if (!shared_) return;
  MutexLock lock(shared_->mutex);
  shared_->arrived.wait_until(lock, shared_->began + most, [this]() PODLOAD_REQUIRES(shared_->mutex) { return shared_->missing == 0; });
}

SideReads::Answer SideReads::take(const std::string& name) const {
  if (!shared_) return {};
  const MutexLock lock(shared_->mutex);
  const auto found = shared_->reads.find(name);
  return found == shared_->reads.end() ? Answer() : Answer{true, found->second.reply};
}

bool SideReads::has(const std::string& name) const {
  if (!shared_) return false;
  const MutexLock lock(shared_->mutex);
  return shared_->reads.count(name) > 0;
}

std::optional<KubeReply> SideReads::await(const std::string& name) {
  MutexLock lock(shared_->mutex);
  const auto found = shared_->reads.find(name);
  shared_->arrived.wait(lock, [&]() PODLOAD_REQUIRES(shared_->mutex) { return found->second.done; });
  std::optional<KubeReply> reply = std::move(found->second.reply);
  shared_->reads.erase(found);
  return reply;
}

}  // namespace podload::pod_load
