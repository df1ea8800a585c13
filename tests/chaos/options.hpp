#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace troupe::chaos {

struct chaos_options {
  std::chrono::seconds duration{60};  ///< of the time in which faults are injected
  std::uint64_t seed = 0;
  std::size_t listeners = 8;
  std::chrono::nanoseconds interval = std::chrono::milliseconds{250};  ///< from fault to fault
  bool json = false;
};

/// Nothing when all that was asked for was --help. Throws failure{bad_value} where the command line
/// is wrong.
[[nodiscard]] std::optional<chaos_options> read_options(int count, const char* const* arguments);

}  // namespace troupe::chaos
