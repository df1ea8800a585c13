#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include <caf/abstract_actor.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_message.hpp>
#include <caf/message_id.hpp>
#include <caf/ref_counted.hpp>

namespace troupe {

/// Sends one actor the same message again and again without an allocation for each time.
///
/// It may be rung again once the actor has begun to act on the last ring, not before: two mailbox
/// elements take turns, one that is acted on and one that waits. Each keeps the bell alive while it
/// is in a mailbox, whatever becomes of its actor.
template <class Content>
class doorbell final : public caf::ref_counted {
 public:
  explicit doorbell(Content content) : elements_{{{*this, content}, {*this, content}}} {}
  doorbell(const doorbell&) = delete;
  doorbell& operator=(const doorbell&) = delete;

  /// Expects `whom` to be the same actor each time. `host` is the caller's thread, if it is one of
  /// the scheduler's.
  void ring(caf::abstract_actor& whom, const caf::strong_actor_ptr& sender,
            caf::execution_unit* host) {
    whom.enqueue(elements_[std::exchange(next_, 1 - next_)].to_be_sent(sender), host);
  }

 private:
  class element final : public caf::mailbox_element,
                        public caf::detail::tuple_vals_impl<caf::type_erased_tuple, Content> {
   public:
    element(const doorbell& owner, const Content& content)
        : caf::detail::tuple_vals_impl<caf::type_erased_tuple, Content>(content), owner_(owner) {}

    caf::mailbox_element_ptr to_be_sent(const caf::strong_actor_ptr& its_sender) {
      sender = its_sender;
      mid = caf::make_message_id();
      owner_.ref();
      return caf::mailbox_element_ptr{this};
    }

    /// Whoever was sent it is done with it.
    void request_deletion(bool) const noexcept override {
      const_cast<element*>(this)->sender = nullptr;
      owner_.deref();
    }

    caf::type_erased_tuple& content() override { return *this; }
    const caf::type_erased_tuple& content() const override { return *this; }
    caf::message move_content_to_message() override { return copy_content_to_message(); }
    caf::message copy_content_to_message() const override {
      return caf::make_message(std::get<0>(this->data()));
    }

   private:
    const doorbell& owner_;
  };

  std::array<element, 2> elements_;
  std::size_t next_ = 0;
};

}  // namespace troupe
