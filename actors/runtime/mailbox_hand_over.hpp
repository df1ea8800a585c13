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

/// Stands around the closing of an actor's mailbox in our own code. ThreadSanitizer does not see
/// how CAF's library, which is compiled without it, hands messages over; here it is told. Nothing
/// in any other build.
class mailbox_hand_over {
 public:
#if defined(__SANITIZE_THREAD__)
  explicit mailbox_hand_over(void* actor) : actor_(actor) {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }
  ~mailbox_hand_over() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
    __tsan_acquire(actor_);
  }

 private:
  void* actor_;
#else
  explicit mailbox_hand_over(void*) {}
  ~mailbox_hand_over() {}
#endif

 public:
  mailbox_hand_over(const mailbox_hand_over&) = delete;
  mailbox_hand_over& operator=(const mailbox_hand_over&) = delete;
};

}  // namespace troupe::runtime
