#pragma once

#include <optional>

#include "apps/inspect/terminal/key.hpp"
#include "apps/inspect/terminal/screen.hpp"

namespace troupe::inspecting::terminal {

/// The terminal, as long as this lives; then it is again as it was. There is one at a time.
class display {
 public:
  /// Throws failure{cannot_create} where the terminal cannot be used.
  display();
  display(const display&) = delete;
  display& operator=(const display&) = delete;
  ~display();

  void draw(const screen& shown);
  /// Draws all of it anew next time, whatever the terminal shows now.
  void forget_what_is_shown();
  void resize(screen_size size);

  /// The next key that was pressed, if there is one.
  [[nodiscard]] std::optional<key> take_key();

 private:
  void draw_row(const screen& shown, int row);

  bool knows_utf8_ = false;
  bool has_colours_ = false;
};

}  // namespace troupe::inspecting::terminal
