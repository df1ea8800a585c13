#include "apps/node/process_limits.hpp"

#include <malloc.h>
#include <sys/resource.h>

namespace troupe {

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void use_one_memory_arena() { ::mallopt(M_ARENA_MAX, 1); }

}  // namespace troupe
