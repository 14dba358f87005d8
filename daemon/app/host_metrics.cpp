#include "app/host_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <exception>
#include <filesystem>
#include <fstream>

#include "storage/pool.hpp"

namespace podload {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// The process, under the names that all programs use.
void show_process(Metrics::Reading& reading) {
  rusage used{};
  if (getrusage(RUSAGE_SELF, &used) == 0)
    reading.counter("process_cpu_seconds_total", "CPU time of the process",
                    seconds(used.ru_utime) + seconds(used.ru_stime));
  std::ifstream statm("/proc/self/statm");
  double pages = 0, resident = 0;
  if (statm >> pages >> resident)
    reading.gauge("process_resident_memory_bytes", "Resident memory of the process",
                  resident * static_cast<double>(sysconf(_SC_PAGESIZE)));
  std::error_code failed;
  double files = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", failed), end; !failed && at != end; at.increment(failed))
    ++files;
  if (!failed) reading.gauge("process_open_fds", "Open file descriptors of the process", files);
}

}  // namespace

void HostMetrics::read() {
  Known known;
  known.up = state_of(database_) == DatabaseState::writable;
  try {
    if (known.up) known.events = database_.transact([](Transaction& tx) { return DeliveryStore::summary(tx); });
  } catch (const std::exception&) {  // on purpose: away meanwhile, or too many events to count in time
  }
  known.at = clock_.steady();
  const MutexLock lock(mutex_);
  known_ = known;
}

void HostMetrics::show(Metrics::Reading& reading) const {
  show_process(reading);
  reading.gauge("process_start_time_seconds", "When the process started, in seconds since 1970",
                std::chrono::duration<double>(started_.time_since_epoch()).count());
  const MutexLock lock(mutex_);
  const bool up = known_.up && clock_.steady() - known_.at < 3 * kInterval;
  reading.gauge("podload_database_up",
                "Whether PostgreSQL answered, and takes writes, when it was last asked (every 5 s)", up ? 1 : 0);
  if (!up || !known_.events) return;
  reading.gauge("podload_outbox_waiting", "Events that wait for delivery to a subscriber, in the database",
                known_.events->waiting);
  reading.gauge("podload_outbox_given_up",
                "Deliveries that were given up and not yet dropped or tried again, in the database",
                known_.events->given_up);
  reading.gauge("podload_outbox_oldest_seconds", "Age of the oldest event that waits; 0 if none does",
                known_.events->oldest_seconds);
}

}  // namespace podload
