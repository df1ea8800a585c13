#include "actors/runtime/memory.hpp"

#include <malloc.h>

namespace troupe::runtime {

void return_free_memory() { ::malloc_trim(0); }

}  // namespace troupe::runtime
