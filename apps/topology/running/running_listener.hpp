#pragma once

#include <string>

#include "apps/topology/outcome.hpp"
#include "apps/topology/running/child.hpp"
#include "protocol/clock.hpp"

namespace troupe::topology {

/// A listener of a run. Its time line is a file beside its log.
class running_listener {
 public:
  /// Starts it. `settings` say nothing of the time line yet. Throws failure.
  running_listener(std::string name, std::size_t planned, child_settings settings);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool runs() { return child_.runs(); }
  /// Whether it has heard anything yet.
  [[nodiscard]] bool hears() const;
  [[nodiscard]] std::string last_words() const { return child_.last_words(); }

  void end_in_order();
  /// Waits for its end.
  void finish();

  /// What it heard, after its end; the recoveries are for others to find.
  [[nodiscard]] listener_outcome outcome(unix_time begin) const;

 private:
  std::string name_;
  std::size_t planned_;
  std::filesystem::path time_line_;
  std::filesystem::path account_;
  child child_;
  bool is_overdue_ = false;
  bool ended_early_ = false;
};

}  // namespace troupe::topology
