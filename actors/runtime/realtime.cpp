#include "actors/runtime/realtime.hpp"

#include <array>
#include <cerrno>
#include <mutex>
#include <system_error>

#include <linux/capability.h>
#include <sched.h>
#include <spdlog/spdlog.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace troupe::runtime {
namespace {

std::string why(int error) { return std::generic_category().message(error); }

/// Whether this process has the right that a capability of this number gives.
bool is_capable(unsigned capability) {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  return ::syscall(SYS_capget, &header, sets.data()) == 0 &&
         (sets.at(capability / 32).effective & (1U << (capability % 32))) != 0;
}

/// Otherwise memory that is asked for later could be refused, which is worse than to wait for it.
bool may_lock_all() {
  rlimit limit{};
  return is_capable(CAP_IPC_LOCK) ||
         (::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY);
}

void warn_of_priority(int error) {
  static std::once_flag told;
  std::call_once(told, [=] {
    spdlog::warn(
        "no real-time priority ({}): the node runs without; allow it with CAP_SYS_NICE, or "
        "LimitRTPRIO={} in the systemd unit, or ulimit -r {}",
        why(error), takeover_priority, takeover_priority);
  });
}

void warn_of_core(int core, int error) {
  static std::once_flag told;
  std::call_once(told, [=] {
    spdlog::warn("core {} cannot be kept to ({}): the node runs on any", core, why(error));
  });
}

}  // namespace

void run_in_realtime(const realtime_settings& settings, int priority) {
  sched_param parameter{};
  parameter.sched_priority = priority;
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

void make_ordinary(pthread_t thread) {
  const sched_param parameter{};
  ::pthread_setschedparam(thread, SCHED_OTHER, &parameter);
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
