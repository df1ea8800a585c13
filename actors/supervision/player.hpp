#pragma once

#include <atomic>
#include <memory>

#include <caf/actor_control_block.hpp>
#include <caf/invoke_message_result.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/runtime/wakeable_actor.hpp"
#include "actors/supervision/failure_text.hpp"
#include "actors/supervision/turn.hpp"

namespace troupe::supervision {

/// What a role and a supervisor know of an actor that is made to be supervised.
class supervised {
 public:
  /// Messages of its role that a player takes in a row, before it looks into its own mailbox.
  static constexpr int role_messages_in_a_row = 16;

  supervised() = default;
  supervised(const supervised&) = delete;
  supervised& operator=(const supervised&) = delete;
  virtual ~supervised() = default;

  /// Outlives the actor.
  [[nodiscard]] std::shared_ptr<const turn_record> turns() const { return turns_; }

  /// Another one has taken the actor's role over while it was stuck: it is to end as soon as it
  /// can.
  void depose() { deposed_.store(true, std::memory_order_release); }

 protected:
  turn_record& own_turns() { return *turns_; }
  [[nodiscard]] bool is_deposed() const { return deposed_.load(std::memory_order_acquire); }

  /// Whether `message` may be one of those below. Most have a type that other processes know as
  /// well, which costs less to see than what type it is.
  [[nodiscard]] static bool may_be_internal(const caf::mailbox_element& message) {
    const auto& content = message.content();
    return !content.empty() && content.type(0).first == 0;
  }
  /// Whether `message` says that something waits at the role that sent it.
  [[nodiscard]] static bool is_call(const caf::mailbox_element& message);
  /// The next message of the role that sent `call` for `self` to act on; null if there is none.
  [[nodiscard]] static caf::mailbox_element_ptr take(const caf::mailbox_element& call,
                                                     const caf::abstract_actor* self);
  /// Has the role that sent `call` call again.
  static void ask_for_call(const caf::mailbox_element& call, const caf::abstract_actor* self);

  /// Does what an injected_fault asks for. Returns whether `message` was one.
  static bool suffer(const caf::mailbox_element& message);
  /// Whoever asked with `message`, and has no answer yet, is told that none will come.
  static void refuse(const caf::mailbox_element& message);

 private:
  std::shared_ptr<turn_record> turns_ = std::make_shared<turn_record>();
  std::atomic<bool> deposed_{false};
};

/// An actor made to be supervised. `Base` is what CAF would have it be. It takes the messages of
/// its role one by one, so that only the one in hand goes with it; it tells which message it is
/// busy with; and it keeps the text of an exception that ends it as the reason. A message that it
/// does not understand, or an error that answers nothing, does nothing to it.
template <class Base>
class player : public runtime::wakeable_actor<Base>, public supervised {
  using super = runtime::wakeable_actor<Base>;

 public:
  using super::consume;
  using super::super;

  void initialize() override {
    fail_with_exception_text(this);
    pass_over_what_is_not_ours(this);
    const turn start{own_turns(), caf::atom("start")};
    if (is_deposed()) {  // before it could begin
      this->quit(caf::exit_reason::user_shutdown);
      return;
    }
    super::initialize();
  }

  caf::invoke_message_result consume(caf::mailbox_element& message) override {
    if (!may_be_internal(message) || !is_call(message)) return act_on(message);
    for (int i = 0; i < role_messages_in_a_row && this->alive(); ++i) {
      auto next = take(message, this);
      if (!next) return caf::invoke_message_result::consumed;
      act_on_message_of_role(std::move(next));
    }
    if (this->alive()) ask_for_call(message, this);
    return caf::invoke_message_result::consumed;
  }

 protected:
  void act_on_wake_up() override {
    const turn current{own_turns(), caf::atom("wake_up")};
    super::act_on_wake_up();
    if (is_deposed()) this->quit(caf::exit_reason::user_shutdown);
  }

 private:
  caf::invoke_message_result act_on(caf::mailbox_element& message) {
    const turn current{own_turns(), message};
    const auto result = may_be_internal(message) && suffer(message)
                            ? caf::invoke_message_result::consumed
                            : super::consume(message);
    if (is_deposed()) this->quit(caf::exit_reason::user_shutdown);
    return result;
  }

  void act_on_message_of_role(caf::mailbox_element_ptr message) {
    try {
      if (act_on(*message) == caf::invoke_message_result::skipped)
        this->enqueue(std::move(message), this->context());  // CAF keeps it there for later
    } catch (...) {
      refuse(*message);
      throw;
    }
  }
};

/// The self pointer of a player with `State` that understands `Interface`.
template <class Interface, class State>
using player_pointer = caf::stateful_actor<State, player<typename Interface::base>>*;

/// What a role and a supervisor may know of `actor`; null when it was not made to be supervised.
[[nodiscard]] supervised* as_supervised(const caf::strong_actor_ptr& actor);

}  // namespace troupe::supervision
