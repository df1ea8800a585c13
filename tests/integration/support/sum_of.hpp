#pragma once

#include <cstdint>
#include <numeric>

#include <nlohmann/json.hpp>

namespace troupe::test {

/// The sum of all values of a JSON object of numbers.
[[nodiscard]] inline std::uint64_t sum_of(const nlohmann::json& counters) {
  return std::accumulate(counters.begin(), counters.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& value) {
                           return sum + value.template get<std::uint64_t>();
                         });
}

}  // namespace troupe::test
