#include "kube/side_reads.hpp"

#include <utility>
#include <variant>

#include "podload/mutex.hpp"

namespace podload::pod_load {

struct SideReads::Shared {
  Mutex mutex;
  Condition arrived;
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  std::map<std::string, std::optional<KubeReply>> answers PODLOAD_GUARDED_BY(mutex);
  std::size_t missing PODLOAD_GUARDED_BY(mutex) = 0;
};

void SideReads::send(KubeClient& kube, const std::string& name, std::string path) {
  if (!shared_) shared_ = std::make_shared<Shared>();
  KubeRequest request;
  request.path = std::move(path);
  {
    const MutexLock lock(shared_->mutex);
    shared_->answers[name] = std::nullopt;
    ++shared_->missing;
  }
  kube.send_async(request, [shared = shared_, name](std::variant<KubeReply, KubeError> result) {
    const MutexLock lock(shared->mutex);
    if (KubeReply* reply = std::get_if<KubeReply>(&result)) shared->answers[name] = std::move(*reply);
    if (--shared->missing == 0) shared->arrived.notify_all();
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
  const auto found = shared_->answers.find(name);
  return found == shared_->answers.end() ? Answer() : Answer{true, found->second};
}

}  // namespace podload::pod_load
