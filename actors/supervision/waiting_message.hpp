#pragma once

#include <caf/mailbox_element.hpp>

#include "protocol/clock.hpp"

namespace troupe::supervision {

/// A message on its way to an actor, and when it was sent.
struct waiting_message {
  caf::mailbox_element_ptr message;  ///< null: none
  steady_time since = {};
};

}  // namespace troupe::supervision
