#pragma once

#include <filesystem>
#include <istream>
#include <vector>

#include "apps/topology/outcome.hpp"
#include "protocol/clock.hpp"

namespace troupe::topology {

/// Reads what troupe-listen wrote under --timeline, from the run's begin on. What is no line of a
/// time line, such as the last words of a listener that was killed, is passed over.
[[nodiscard]] std::vector<heard_span> read_time_line(std::istream& lines, unix_time begin);
[[nodiscard]] std::vector<heard_span> read_time_line(const std::filesystem::path& path,
                                                     unix_time begin);

}  // namespace troupe::topology
