#pragma once

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>

extern "C" {
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}
#endif

namespace troupe::runtime {

/// Closes an actor's mailbox from our own code. ThreadSanitizer does not see how CAF's library,
/// which is compiled without it, hands messages over; here it is told. `actor` is the mailbox's
/// owner.
template <class Mailbox>
void close_mailbox(Mailbox& mailbox, [[maybe_unused]] void* actor) {
#if defined(__SANITIZE_THREAD__)
  AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
#endif
  mailbox.close();
#if defined(__SANITIZE_THREAD__)
  AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
  AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  __tsan_acquire(actor);
#endif
}

}  // namespace troupe::runtime
