#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include <caf/actor_control_block.hpp>
#include <caf/detail/sync_request_bouncer.hpp>
#include <caf/invoke_message_result.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/runtime/close_mailbox.hpp"
#include "actors/supervision/failure_text.hpp"
#include "actors/supervision/turn.hpp"

namespace troupe::supervision {

class role;

/// What a role and a supervisor know of an actor that is made to be supervised.
class supervised {
 public:
  using messages = std::deque<caf::mailbox_element_ptr>;

  supervised() = default;
  supervised(const supervised&) = delete;
  supervised& operator=(const supervised&) = delete;
  virtual ~supervised() = default;

  /// Outlives the actor.
  [[nodiscard]] std::shared_ptr<const turn_record> turns() const { return turns_; }

  /// Has the actor play `address`, a role, from now on. Returns false when it has ended already.
  [[nodiscard]] bool take_role(caf::strong_actor_ptr address);

  /// Another one has taken the actor's role over while it was stuck: it is to end as soon as it
  /// can.
  void depose() { deposed_.store(true, std::memory_order_release); }

 protected:
  turn_record& own_turns() { return *turns_; }
  [[nodiscard]] bool is_deposed() const { return deposed_.load(std::memory_order_acquire); }

  /// Does what an injected_fault asks for. Returns whether `message` was one.
  static bool suffer(const caf::mailbox_element& message);

  /// Gives back to the role of `self`, if it plays one, what `empty_mailbox` returns.
  void give_back(const caf::abstract_actor* self, const std::function<messages()>& empty_mailbox);

  /// Whether what waits in `self`'s mailbox is for whoever plays its role, and not just for `self`:
  /// what it told itself, answers, and the system's own messages are.
  static bool is_for_role(const caf::mailbox_element& message, const caf::abstract_actor* self);

 private:
  std::shared_ptr<turn_record> turns_ = std::make_shared<turn_record>();
  std::atomic<bool> deposed_{false};
  std::mutex mutex_;
  caf::strong_actor_ptr role_;
  bool ended_ = false;
};

/// Moves what is left in a mailbox out of it: a visitor of CAF's nested queues.
struct mailbox_drain {
  const caf::abstract_actor* self;
  bool (*is_for_role)(const caf::mailbox_element&, const caf::abstract_actor*);
  supervised::messages taken = {};
  caf::detail::sync_request_bouncer bounce{caf::make_error(caf::sec::request_receiver_down)};

  template <class Key, class Queue, class... Ts>
  caf::intrusive::task_result operator()(const Key&, const Queue&, Ts&... nested) {
    take(nested...);
    return caf::intrusive::task_result::resume;
  }

 private:
  template <class Key, class Queue>
  void take(const Key&, const Queue&, caf::mailbox_element&) {}  // streams are not used
  void take(caf::mailbox_element& message) {
    if (!is_for_role(message, self)) {
      bounce(message);
      return;
    }
    taken.push_back(caf::make_mailbox_element(std::move(message.sender), message.mid,
                                              std::move(message.stages),
                                              message.move_content_to_message()));
  }
};

/// An actor made to be supervised. `Base` is what CAF would have it be. It tells which message it
/// is busy with, keeps the text of an exception that ends it as the reason, and when it ends, for
/// whatever reason, what is left in its mailbox goes back to the role that it played.
template <class Base>
class player : public Base, public supervised {
 public:
  using Base::Base;
  using Base::consume;

  void initialize() override {
    fail_with_exception_text(this);
    Base::initialize();
  }

  caf::invoke_message_result consume(caf::mailbox_element& message) override {
    const turn current{own_turns(), message};
    if (suffer(message)) return caf::invoke_message_result::consumed;
    const auto result = Base::consume(message);
    if (is_deposed()) this->quit(caf::exit_reason::user_shutdown);
    return result;
  }

  bool cleanup(caf::error&& reason, caf::execution_unit* host) override {
    give_back(this, [this] { return empty_mailbox(); });
    return Base::cleanup(std::move(reason), host);
  }

 private:
  messages empty_mailbox() {
    auto& mailbox = this->mailbox();
    if (mailbox.closed()) return {};
    runtime::close_mailbox(mailbox, static_cast<caf::scheduled_actor*>(this));
    mailbox.queue().flush_cache();
    mailbox_drain drain{this, &is_for_role};
    constexpr std::size_t quantum = 1000;
    while (mailbox.queue().new_round(quantum, drain).consumed_items > 0) {
    }
    return std::move(drain.taken);
  }
};

/// The self pointer of a player with `State` that understands `Interface`.
template <class Interface, class State>
using player_pointer = caf::stateful_actor<State, player<typename Interface::base>>*;

/// What a role and a supervisor may know of `actor`; null when it was not made to be supervised.
[[nodiscard]] supervised* as_supervised(const caf::strong_actor_ptr& actor);

}  // namespace troupe::supervision
