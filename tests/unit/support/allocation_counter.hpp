#pragma once

#include <cstdint>

namespace troupe::test {

/// Counts what the calling thread takes from operator new from the counter's making on. The test
/// program's own operator new does the counting, which does not see malloc called directly; under a
/// sanitizer its allocator's hook does, which sees that too.
class allocation_counter {
 public:
  allocation_counter();

  [[nodiscard]] std::uint64_t allocations() const;
  [[nodiscard]] std::uint64_t bytes() const;

 private:
  std::uint64_t allocations_at_start_;
  std::uint64_t bytes_at_start_;
};

}  // namespace troupe::test
