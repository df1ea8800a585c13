#include "apps/inspect/terminal/capability.hpp"

#include <cstdint>

#include <unistd.h>

#include "apps/common/terminal.hpp"

// Nothing after these, and nothing else in this file: they define macros with common names.
#include <ncurses.h>
#include <term.h>

namespace troupe::inspecting::terminal {

bool can_show_whole_screen() {
  if (!is_terminal(STDIN_FILENO) || !is_terminal(STDOUT_FILENO)) return false;
  int error = 0;
  if (::setupterm(nullptr, STDOUT_FILENO, &error) != OK) return false;
  // An absent text is null, and one that the terminal cannot have is -1.
  const char* place = ::tigetstr("cup");
  const bool can_place = place != nullptr && reinterpret_cast<std::intptr_t>(place) != -1;
  ::del_curterm(cur_term);
  return can_place;
}

}  // namespace troupe::inspecting::terminal
