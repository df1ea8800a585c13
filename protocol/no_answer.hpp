#pragma once

#include <caf/delegated.hpp>

namespace troupe {

/// What the handler of a message on a frame's way returns, which nobody sends as a request. After a
/// handler that returns nothing CAF prepares an empty answer first, and then sees that nobody waits
/// for it: 170 instructions in 20 cache lines that are cold after a pause.
using no_answer = caf::delegated<void>;

}  // namespace troupe
