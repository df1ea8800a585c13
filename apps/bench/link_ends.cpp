#include "apps/bench/link_ends.hpp"

#include <cerrno>
#include <system_error>

#include <sched.h>

namespace troupe::bench {

void go_to(link_end which, const stream_plan& plan) {
  if (!plan.namespaces) return;
  const int there = plan.namespaces->at(static_cast<std::size_t>(which));
  if (::setns(there, CLONE_NEWNET) != 0)
    throw std::system_error{errno, std::generic_category(), "setns"};
}

}  // namespace troupe::bench
