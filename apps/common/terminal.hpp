#pragma once

#include <cstddef>

namespace troupe {

[[nodiscard]] bool is_terminal(int descriptor);

/// How many characters a line of the terminal takes; 80 where it does not say.
[[nodiscard]] std::size_t terminal_width(int descriptor);

}  // namespace troupe
