#pragma once

#include <cerrno>
#include <system_error>

namespace troupe::bench {

/// Throws what errno says of the system call `what`.
[[noreturn]] inline void fail(const char* what) {
  throw std::system_error{errno, std::generic_category(), what};
}

}  // namespace troupe::bench
