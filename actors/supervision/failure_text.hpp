#pragma once

#include <exception>
#include <string>

#include <caf/fwd.hpp>

namespace troupe::supervision {

/// Has an exception that leaves a handler of `self` end it with sec::runtime_error and the
/// exception's text, where CAF would print to stderr and forget the text.
void fail_with_exception_text(caf::scheduled_actor* self);

/// Has `self` pass over messages that it does not understand, and errors that nobody handles: CAF
/// would print the one to standard output, and end the actor for the other.
void pass_over_what_is_not_ours(caf::scheduled_actor* self);

[[nodiscard]] std::string exception_text(const std::exception_ptr& problem);

/// Why an actor ended, in words for people.
[[nodiscard]] std::string describe(const caf::error& reason, caf::actor_system& system);

}  // namespace troupe::supervision
