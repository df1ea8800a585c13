#pragma once

#include <string>
#include <string_view>

namespace troupe::inspecting {

/// What a node said, fit to be drawn: each code point takes one cell, and none is one that a
/// terminal would act on. Letters of most alphabets stay; "?" stands for what is wider or has no
/// shape of its own.
[[nodiscard]] std::string printable(std::string_view said);

/// The same for what other programs draw, which have shapes for more: only what a terminal would
/// act on becomes a space.
[[nodiscard]] std::string without_controls(std::string_view said);

}  // namespace troupe::inspecting
