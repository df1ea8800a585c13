#pragma once

// What nearly every source includes and is slow to compile. No source relies on this file: each
// includes what it uses.
#include <caf/all.hpp>
#include <spdlog/spdlog.h>

// {fmt} holds this in its library, but lets each source that logs compile it again, along with all
// of its number formatting: half of such a source's compile time.
namespace fmt {
inline namespace v9 {
namespace detail {
extern template void vformat_to<char>(buffer<char>&, basic_string_view<char>,
                                      basic_format_args<FMT_BUFFER_CONTEXT(type_identity_t<char>)>,
                                      locale_ref);
}  // namespace detail
}  // namespace v9
}  // namespace fmt
