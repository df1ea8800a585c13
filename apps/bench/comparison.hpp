#pragma once

#include <string>

#include "apps/bench/report.hpp"

namespace troupe::bench {

/// Reads what an earlier run's --json printed: the last line of the file at `path`. Throws
/// failure{unreadable}, and failure{bad_value} when that is no such report.
[[nodiscard]] report read_report(const std::string& path);

/// The report that `line` holds; null if it holds none.
[[nodiscard]] report parse_report(const std::string& line);

/// Each figure of `now` beside the earlier one, with the change in percent. Says so where a
/// scenario was not measured earlier, or with other settings.
[[nodiscard]] std::string compare(const report& earlier, const report& now);

}  // namespace troupe::bench
