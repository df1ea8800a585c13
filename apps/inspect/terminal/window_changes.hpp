#pragma once

#include "apps/inspect/terminal/screen.hpp"

namespace troupe::inspecting::terminal {

/// Tells when the terminal's window gets another size. There is one at a time.
class window_changes {
 public:
  /// Throws std::system_error.
  window_changes();
  window_changes(const window_changes&) = delete;
  window_changes& operator=(const window_changes&) = delete;
  ~window_changes();

  /// Readable after a change, until it is taken.
  [[nodiscard]] int wait_descriptor() const;
  void take() const;
};

/// The size of standard output's window; 80 by 24 where it does not say.
[[nodiscard]] screen_size window_size();

}  // namespace troupe::inspecting::terminal
