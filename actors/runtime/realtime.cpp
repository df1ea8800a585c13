#include "actors/runtime/realtime.hpp"

#include <cerrno>
#include <mutex>
#include <system_error>

#include <pthread.h>
#include <sched.h>
#include <spdlog/spdlog.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

namespace troupe::runtime {
namespace {

std::string why(int error) { return std::generic_category().message(error); }

/// Otherwise memory that is asked for later could be refused, which is worse than to wait for it.
bool may_lock_all() {
  rlimit limit{};
  return ::geteuid() == 0 ||
         (::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY);
}

void warn_of_priority(int error) {
  static std::once_flag told;
  std::call_once(told, [=] {
    spdlog::warn(
        "no real-time priority ({}): the node runs without; allow it with CAP_SYS_NICE, or "
        "LimitRTPRIO={} in the systemd unit, or ulimit -r {}",
        why(error), realtime_priority, realtime_priority);
  });
}

void warn_of_core(int core, int error) {
  static std::once_flag told;
  std::call_once(told, [=] {
    spdlog::warn("core {} cannot be kept to ({}): the node runs on any", core, why(error));
  });
}

}  // namespace

void run_in_realtime(const realtime_settings& settings) {
  sched_param parameter{};
  parameter.sched_priority = realtime_priority;
  if (::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameter) != 0)
    warn_of_priority(errno);
  if (!settings.core) return;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<std::size_t>(*settings.core), &cores);
  if (const int error = ::pthread_setaffinity_np(::pthread_self(), sizeof cores, &cores);
      error != 0)
    warn_of_core(*settings.core, error);
}

/// What is not touched takes no memory: thread stacks, above all.
void lock_memory() {
  if (may_lock_all() && ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0) return;
  spdlog::warn(
      "memory is not locked: the node runs without; allow it with CAP_IPC_LOCK, or "
      "LimitMEMLOCK=infinity in the systemd unit, or ulimit -l unlimited");
}

bool may_run_on(int core) {
  cpu_set_t cores;
  if (core < 0 || core >= CPU_SETSIZE) return false;
  return ::sched_getaffinity(0, sizeof cores, &cores) != 0 ||
         CPU_ISSET(static_cast<std::size_t>(core), &cores);
}

}  // namespace troupe::runtime
