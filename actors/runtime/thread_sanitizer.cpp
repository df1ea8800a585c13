// What ThreadSanitizer must know of CAF. Debian's libcaf_core.so is compiled without it, so that
// the atomic operations by which mailboxes, the scheduler and reference counts hand memory from
// thread to thread are invisible, and every message looks like a race. The functions below take the
// place of the library's of the same names, tell ThreadSanitizer of the hand-over, and then call
// the library's. Part of the `tsan` preset only.
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <caf/actor_control_block.hpp>
#include <caf/blocking_actor.hpp>
#include <caf/config.hpp>
#include <caf/detail/thread_safe_actor_clock.hpp>
#include <caf/memory_managed.hpp>
#include <caf/monitorable_actor.hpp>
#include <caf/ref_counted.hpp>
#include <caf/scheduled_actor.hpp>
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

extern "C" {
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}

static_assert(CAF_VERSION / 100 == 17, "the names and signatures below are those of CAF 0.17");

namespace {

/// The library's own function of this (mangled) name, which ours hides.
template <class Function>
Function library_function(const char* name) {
  void* const found = dlsym(RTLD_NEXT, name);
  if (found == nullptr) {
    std::fprintf(stderr, "troupe: CAF's library has no function %s to check threads with\n", name);
    std::abort();
  }
  return reinterpret_cast<Function>(found);
}

/// All that was done to `object` before happens before all that is done to it after.
void hand_over(const void* object) {
  auto* const address = const_cast<void*>(object);
  __tsan_release(address);
  __tsan_acquire(address);
}

/// While it lives, its thread's reads and writes are not looked at.
class unwatched {
 public:
  unwatched() {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }
  unwatched(const unwatched&) = delete;
  unwatched& operator=(const unwatched&) = delete;
  ~unwatched() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }
};

}  // namespace

namespace caf {

// An actor goes from the thread that makes it to the one that runs it first, and on from each
// thread that has run it to the next.

void scheduled_actor::launch(execution_unit* context, bool lazy, bool hide) {
  static const auto launch_it =
      library_function<void (*)(scheduled_actor*, execution_unit*, bool, bool)>(
          "_ZN3caf15scheduled_actor6launchEPNS_14execution_unitEbb");
  __tsan_release(this);
  launch_it(this, context, lazy, hide);
}

resumable::resume_result scheduled_actor::resume(execution_unit* context, size_t max_throughput) {
  static const auto resume_it =
      library_function<resume_result (*)(scheduled_actor*, execution_unit*, size_t)>(
          "_ZN3caf15scheduled_actor6resumeEPNS_14execution_unitEm");
  __tsan_acquire(this);
  return resume_it(this, context, max_throughput);
}

bool scheduled_actor::activate(execution_unit* context) {
  static const auto activate_it = library_function<bool (*)(scheduled_actor*, execution_unit*)>(
      "_ZN3caf15scheduled_actor8activateEPNS_14execution_unitE");
  const auto active = activate_it(this, context);
  __tsan_release(this);
  return active;
}

// The last point of a thread's turn that is sure to come before another thread may resume the
// actor.
scheduled_actor::activation_result scheduled_actor::reactivate(mailbox_element& message) {
  static const auto reactivate_it =
      library_function<activation_result (*)(scheduled_actor*, mailbox_element&)>(
          "_ZN3caf15scheduled_actor10reactivateERNS_15mailbox_elementE");
  __tsan_acquire(&message);
  const auto result = reactivate_it(this, message);
  __tsan_release(this);
  return result;
}

// A message goes from its sender to its receiver, by way of the clock's thread if it is sent for
// later, and is deleted on the spot if the receiver has ended.

void scheduled_actor::enqueue(mailbox_element_ptr message, execution_unit* context) {
  static const auto enqueue_it =
      library_function<void (*)(scheduled_actor*, mailbox_element_ptr, execution_unit*)>(
          "_ZN3caf15scheduled_actor7enqueueESt10unique_ptrINS_15mailbox_elementENS_6detail8"
          "disposerEEPNS_14execution_unitE");
  __tsan_release(this);
  hand_over(message.get());
  enqueue_it(this, std::move(message), context);
}

void blocking_actor::enqueue(mailbox_element_ptr message, execution_unit* context) {
  static const auto enqueue_it =
      library_function<void (*)(blocking_actor*, mailbox_element_ptr, execution_unit*)>(
          "_ZN3caf14blocking_actor7enqueueESt10unique_ptrINS_15mailbox_elementENS_6detail8"
          "disposerEEPNS_14execution_unitE");
  __tsan_release(this);
  hand_over(message.get());
  enqueue_it(this, std::move(message), context);
}

void detail::thread_safe_actor_clock::schedule_message(time_point when, strong_actor_ptr receiver,
                                                       mailbox_element_ptr message) {
  static const auto schedule_it = library_function<void (*)(thread_safe_actor_clock*, time_point,
                                                            strong_actor_ptr, mailbox_element_ptr)>(
      "_ZN3caf6detail23thread_safe_actor_clock16schedule_messageENSt6chrono10time_pointINS2_3_V2"
      "12steady_clockENS2_8durationIlSt5ratioILl1ELl1000000000EEEEEENS_13intrusive_ptrINS_19actor_"
      "control_blockEEESt10unique_ptrINS_15mailbox_elementENS0_8disposerEE");
  __tsan_release(static_cast<memory_managed*>(message.get()));
  __tsan_release(message.get());
  schedule_it(this, when, std::move(receiver), std::move(message));
}

intrusive::task_result blocking_actor::mailbox_visitor::operator()(mailbox_element& message) {
  static const auto visit =
      library_function<intrusive::task_result (*)(mailbox_visitor*, mailbox_element&)>(
          "_ZN3caf14blocking_actor15mailbox_visitorclERNS_15mailbox_elementE");
  __tsan_acquire(&message);
  return visit(this, message);
}

// What the clock still holds when it ends is deleted by its thread.

void memory_managed::request_deletion(bool decremented) const noexcept {
  static const auto delete_it = library_function<void (*)(const memory_managed*, bool)>(
      "_ZNK3caf14memory_managed16request_deletionEb");
  __tsan_acquire(const_cast<memory_managed*>(this));
  delete_it(this, decremented);
}

// What is still in the mailbox of an actor that ends is deleted with it, and more may come until
// the mailbox is closed. What is attached to it runs then, and more may be attached until the
// library, under a lock that is not seen, takes it.

bool scheduled_actor::cleanup(error&& reason, execution_unit* context) {
  static const auto cleanup_it =
      library_function<bool (*)(scheduled_actor*, error&&, execution_unit*)>(
          "_ZN3caf15scheduled_actor7cleanupEONS_5errorEPNS_14execution_unitE");
  __tsan_release(static_cast<monitorable_actor*>(this));
  __tsan_acquire(this);
  const unwatched running_attached;
  return cleanup_it(this, std::move(reason), context);
}

bool blocking_actor::cleanup(error&& reason, execution_unit* context) {
  static const auto cleanup_it =
      library_function<bool (*)(blocking_actor*, error&&, execution_unit*)>(
          "_ZN3caf14blocking_actor7cleanupEONS_5errorEPNS_14execution_unitE");
  __tsan_acquire(this);
  return cleanup_it(this, std::move(reason), context);
}

// What is attached to an actor that has ended already runs at once, after all that the actor did.

void monitorable_actor::attach(attachable_ptr attached) {
  static const auto attach_it = library_function<void (*)(monitorable_actor*, attachable_ptr)>(
      "_ZN3caf17monitorable_actor6attachESt10unique_ptrINS_10attachableESt14default_deleteIS2_EE");
  __tsan_acquire(this);
  const unwatched attaching;  // it may end between here and there
  attach_it(this, std::move(attached));
}

// What is shared goes from each thread that gives up its share to the one that deletes it.

void intrusive_ptr_release(actor_control_block* block) {
  static const auto release = library_function<void (*)(actor_control_block*)>(
      "_ZN3caf21intrusive_ptr_releaseEPNS_19actor_control_blockE");
  hand_over(block);
  release(block);
}

void intrusive_ptr_release_weak(actor_control_block* block) {
  static const auto release = library_function<void (*)(actor_control_block*)>(
      "_ZN3caf26intrusive_ptr_release_weakEPNS_19actor_control_blockE");
  hand_over(block);
  release(block);
}

void ref_counted::deref() const noexcept {
  static const auto release =
      library_function<void (*)(const ref_counted*)>("_ZNK3caf11ref_counted5derefEv");
  hand_over(this);
  release(this);
}

}  // namespace caf
