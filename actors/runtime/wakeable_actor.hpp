#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <stdexcept>
#include <utility>

#include <caf/actor_clock.hpp>
#include <caf/actor_system.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#include <caf/type_erased_tuple.hpp>

#include "protocol/clock.hpp"
#include "protocol/wakeable.hpp"

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace troupe::runtime {

/// What goes through a clock and comes back to its actor, which takes it for a wake-up: there is
/// one for each actor, and no allocation for each time.
class wake_up_call final : public caf::mailbox_element {
 public:
  /// Throws std::logic_error while it has not come back.
  caf::mailbox_element_ptr to_be_sent() {
    if (is_under_way_.exchange(true)) throw std::logic_error{"a wake-up call is set already"};
    return caf::mailbox_element_ptr{this};
  }

  /// Whoever had it is done with it. Its actor outlives that.
  void request_deletion(bool) const noexcept override { is_under_way_ = false; }

  caf::type_erased_tuple& content() override { return nothing_; }
  const caf::type_erased_tuple& content() const override { return nothing_; }
  caf::message move_content_to_message() override { return {}; }
  caf::message copy_content_to_message() const override { return {}; }

 private:
  caf::empty_type_erased_tuple nothing_;
  mutable std::atomic<bool> is_under_way_{false};
};

/// An actor that can be woken up. `Base` is what CAF would have it be; not for detached ones.
///
/// It is run by CAF's scheduler like any other, by one thread at a time: whoever changes its
/// mailbox from blocked to open, be it by a message or by a wake-up, has it scheduled.
template <class Base>
class wakeable_actor : public Base, public wakeable {
 public:
  using Base::Base;
  using Base::enqueue;

  void wake(caf::execution_unit* host) final {
    if (!woken_.load(std::memory_order_relaxed)) on_wake_up_sent();
    if (woken_.exchange(true) || !this->mailbox().try_unblock()) return;
    caf::intrusive_ptr_add_ref(this->ctrl());
    if (host != nullptr) {
      host->exec_later(this);
    } else {
      this->home_system().scheduler().enqueue(this);
    }
  }

  /// The same at `when`, as the actor system's clock has it. For the actor itself, which sets one
  /// call at a time. Throws std::logic_error otherwise.
  void wake_at(caf::actor_clock::time_point when) {
    auto& clock = this->clock();
    if (when <= clock.now()) {
      wake(this->context());
    } else {
      clock.schedule_message(when, caf::strong_actor_ptr{this->ctrl()}, call_.to_be_sent());
    }
  }

  /// What it does when it was woken up.
  void set_wake_up_handler(std::function<void()> handler) { handler_ = std::move(handler); }

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) override {
    if (what.get() == &call_) {
      what.reset();
      wake(host);
    } else {
      on_message_sent(*what);
      Base::enqueue(std::move(what), host);
    }
  }

  caf::resumable::resume_result resume(caf::execution_unit* host, std::size_t messages) override {
#ifdef __SANITIZE_THREAD__
    __tsan_acquire(static_cast<caf::scheduled_actor*>(this));  // see thread_sanitizer.cpp
#endif
    const auto result = run(host, messages);
    const bool rests = result == caf::resumable::awaiting_message;
    // Who came before the mailbox was blocked could not have it scheduled.
    return rests && woken_ && this->mailbox().try_unblock() ? caf::resumable::resume_later : result;
  }

 protected:
  /// For whoever keeps count: called by those who send, before the actor can know.
  virtual void on_message_sent(const caf::mailbox_element& /*message*/) {}
  virtual void on_wake_up_sent() {}

  virtual void act_on_wake_up() {
    if (handler_) handler_();
  }

 private:
  caf::resumable::resume_result run(caf::execution_unit* host, std::size_t messages) {
    if (woken_) {
      if (!look(host)) return caf::resumable::done;
      if (this->mailbox().try_block()) return caf::resumable::awaiting_message;
    }
    return Base::resume(host, messages);
  }

  /// Whether the actor is still there then. An exception ends it as one in a message's handler
  /// does.
  bool look(caf::execution_unit* host) {
    if (!this->activate(host)) return false;
    woken_ = false;
    try {
      act_on_wake_up();
    } catch (...) {
      auto problem = std::current_exception();
      this->quit(this->call_handler(this->exception_handler_, this, problem));
    }
    return !this->finalize();
  }

  std::atomic<bool> woken_{false};
  wake_up_call call_;
  std::function<void()> handler_;
};

}  // namespace troupe::runtime
