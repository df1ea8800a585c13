#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "apps/inspect/terminal/style.hpp"

/// What stands in tables' cells: what is nothing is there, but not to be looked at.
namespace troupe::inspecting::terminal {

[[nodiscard]] styled_line time_cell(std::chrono::nanoseconds time, style look = style::plain);
[[nodiscard]] styled_line count_cell(double count, style look = style::plain);
[[nodiscard]] styled_line rate_cell(double per_second, style look = style::plain);
[[nodiscard]] styled_line bytes_cell(double bytes, style look = style::plain);
/// What a node said, made printable.
[[nodiscard]] styled_line text_cell(const std::string& said, style look = style::plain);

}  // namespace troupe::inspecting::terminal
