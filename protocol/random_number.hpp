#pragma once

#include <cstdint>

namespace troupe {

/// That nobody else will hit on: names nodes and streams.
[[nodiscard]] std::uint64_t random_number();

}  // namespace troupe
