#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe::network {

/// Of what a peer says about itself, people are shown so much at most.
inline constexpr std::size_t longest_words_of_a_peer = 200;

/// What a peer said, fit for a log or a terminal: it may have said anything, and at any length.
[[nodiscard]] std::string printable(std::string_view said,
                                    std::size_t at_most = longest_words_of_a_peer);

}  // namespace troupe::network
