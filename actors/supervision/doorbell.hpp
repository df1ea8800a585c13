#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <utility>

#include <caf/abstract_actor.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_message.hpp>
#include <caf/message_id.hpp>
#include <caf/ref_counted.hpp>

namespace troupe::supervision {

/// Sends one actor the same message again and again without an allocation for each time.
///
/// It is meant to be rung again once the actor has begun to act on the last ring: two mailbox
/// elements take turns, one that is acted on and one that waits. (Rung more often, it allocates.)
/// Each keeps the bell alive while it is in a mailbox, whatever becomes of its actor.
template <class Content>
class doorbell final : public caf::ref_counted {
 public:
  explicit doorbell(Content content) : elements_{{{*this, content}, {*this, content}}} {}
  doorbell(const doorbell&) = delete;
  doorbell& operator=(const doorbell&) = delete;

  /// By one thread at a time. `host` is the caller's thread, if it is one of the scheduler's.
  void ring(caf::abstract_actor& whom, const caf::strong_actor_ptr& sender,
            caf::execution_unit* host) {
    whom.enqueue(next_to_be_sent(sender), host);
  }

 private:
  caf::mailbox_element_ptr next_to_be_sent(const caf::strong_actor_ptr& sender) {
    auto& next = elements_[next_];
    if (!next.is_free())
      return caf::make_mailbox_element(sender, caf::make_message_id(), {}, next.value());
    next_ = 1 - next_;
    return next.to_be_sent(sender);
  }

  class element final : public caf::mailbox_element,
                        public caf::detail::tuple_vals_impl<caf::type_erased_tuple, Content> {
   public:
    element(const doorbell& owner, const Content& content)
        : caf::detail::tuple_vals_impl<caf::type_erased_tuple, Content>(content), owner_(owner) {}

    [[nodiscard]] bool is_free() const { return is_free_.load(std::memory_order_acquire); }
    [[nodiscard]] const Content& value() const { return std::get<0>(this->data()); }

    caf::mailbox_element_ptr to_be_sent(const caf::strong_actor_ptr& its_sender) {
      sender = its_sender;
      mid = caf::make_message_id();
      is_free_.store(false, std::memory_order_relaxed);
      owner_.ref();
      return caf::mailbox_element_ptr{this};
    }

    /// Whoever was sent it is done with it.
    void request_deletion(bool) const noexcept override {
      const_cast<element*>(this)->sender = nullptr;
      is_free_.store(true, std::memory_order_release);
      owner_.deref();
    }

    caf::type_erased_tuple& content() override { return *this; }
    const caf::type_erased_tuple& content() const override { return *this; }
    caf::message move_content_to_message() override { return copy_content_to_message(); }
    caf::message copy_content_to_message() const override { return caf::make_message(value()); }

   private:
    const doorbell& owner_;
    mutable std::atomic<bool> is_free_{true};
  };

  std::array<element, 2> elements_;
  std::size_t next_ = 0;
};

}  // namespace troupe::supervision
