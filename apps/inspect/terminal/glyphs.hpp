#pragma once

#include <span>
#include <string>
#include <vector>

namespace troupe::inspecting::terminal {

/// A share from 0 to 1 as a bar of `width` cells, in steps of an eighth of a cell; what is not
/// filled is spaces.
[[nodiscard]] std::string share_bar(double share, int width);

/// `values` as columns over `rows` lines, the newest at the right end, scaled so that `top` reaches
/// the upper edge: what does not fit into `width` is left out at the left.
[[nodiscard]] std::vector<std::string> column_graph(std::span<const double> values, double top,
                                                    int width, int rows);

/// What a terminal shows that knows no more than ASCII.
[[nodiscard]] char ascii_for(char32_t glyph);

}  // namespace troupe::inspecting::terminal
