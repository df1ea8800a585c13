#pragma once

#include "actors/runtime/thread_sanitizer.hpp"

namespace troupe::runtime {

/// Closes an actor's mailbox from our own code. ThreadSanitizer does not see how CAF's library,
/// which is compiled without it, hands messages over; here it is told. `actor` is the mailbox's
/// owner.
template <class Mailbox>
void close_mailbox(Mailbox& mailbox, [[maybe_unused]] void* actor) {
#if defined(__SANITIZE_THREAD__)
  {
    const unwatched closing;
    mailbox.close();
  }
  __tsan_acquire(actor);
#else
  mailbox.close();
#endif
}

}  // namespace troupe::runtime
