#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "apps/inspect/model/snapshot.hpp"
#include "protocol/clock.hpp"

namespace troupe::inspecting::web {

/// How long each stage of the frames' way took, second by second, over the last minutes.
class stage_history {
 public:
  static constexpr std::size_t most_points = 300;

  /// Notes the stages' last second, unless that was noted already.
  void note(const snapshot& latest);

  /// How many points were noted in all.
  [[nodiscard]] std::uint64_t points_noted() const { return noted_; }

  /// The points after so many, as the page takes them: `unix_s`, and `stages` with `p50_us`,
  /// `p99_us` and `max_us` of each.
  [[nodiscard]] nlohmann::json points_after(std::uint64_t seen) const;

 private:
  struct spread {
    double p50_us = 0;
    double p99_us = 0;
    double max_us = 0;
  };
  struct point {
    unix_time time;
    std::map<std::string, spread> stages;  ///< those with readings
  };

  std::deque<point> points_;
  std::uint64_t noted_ = 0;
};

}  // namespace troupe::inspecting::web
