#pragma once

namespace troupe::inspecting::terminal {

/// Whether standard input and output are a terminal on which text can be put anywhere.
[[nodiscard]] bool can_show_whole_screen();

}  // namespace troupe::inspecting::terminal
