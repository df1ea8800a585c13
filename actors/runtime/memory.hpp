#pragma once

namespace troupe::runtime {

/// Gives memory that was freed back to the system. Takes some milliseconds for tens of megabytes,
/// in which no other thread can allocate: for moments when many objects have gone at once.
void return_free_memory();

}  // namespace troupe::runtime
