#pragma once

#include <optional>
#include <string>
#include <vector>

namespace troupe::topology {

/// What is wrong with more options for troupe-node: that there are none such, that they contradict
/// each other, or that the run itself has to decide on them. Nothing if all is well.
[[nodiscard]] std::optional<std::string> complaint_about_options(
    const std::vector<std::string>& options);

}  // namespace troupe::topology
