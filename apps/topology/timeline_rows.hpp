#pragma once

#include <string>
#include <vector>

#include "apps/topology/judged_run.hpp"

namespace troupe::topology {

/// A time in which as many of a row's listeners heard sound.
struct shared_span {
  run_time from{0};
  run_time to{0};
  double share = 1;  ///< of the listeners, over 0 to 1
};

struct timeline_row {
  std::string label;
  std::vector<shared_span> spans;
};

/// The rows of a picture of so many at most: each listener alone if they are so few; else those of
/// one planned listener together; else, of these, the ones that were silent at some time, and the
/// others in one.
[[nodiscard]] std::vector<timeline_row> timeline_rows(const judged_run& run, std::size_t most);

}  // namespace troupe::topology
