#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string_view>

#include <caf/actor_control_block.hpp>
#include <caf/invoke_message_result.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/probe/actor_probe.hpp"
#include "actors/runtime/actor_system.hpp"
#include "actors/runtime/wakeable_actor.hpp"
#include "actors/supervision/failure_text.hpp"
#include "actors/supervision/waiting_message.hpp"

namespace troupe::supervision {

/// What a role and a supervisor know of an actor that is made to be supervised.
class supervised {
 public:
  /// Messages of its role that a player takes in a row, before it looks into its own mailbox.
  static constexpr int role_messages_in_a_row = 16;

  supervised(const supervised&) = delete;
  supervised& operator=(const supervised&) = delete;
  virtual ~supervised();

  /// Outlives the actor.
  [[nodiscard]] std::shared_ptr<const probe::actor_probe> probe() const { return probe_; }
  /// Has the actor be known as one of this kind, whatever its own name is.
  void be_known_as(std::string_view kind);

  /// The actor is one of several of its kind, by this number from 1.
  void be_known_by(std::uint64_t number) { probe_->set_number(number); }
  /// For the actor: a frame is at this step of its way now, or was then.
  void note_frame(probe::frame_step step, const frame_info& frame) const {
    probe_->note_frame(step, frame);
  }
  void note_frame(probe::frame_step step, const frame_info& frame, steady_time at) const {
    probe_->note_frame(step, frame, at);
  }

  /// Another one has taken the actor's role over while it was stuck: it is to end as soon as it
  /// can.
  void depose() { deposed_.store(true, std::memory_order_release); }

 protected:
  /// For the actor `self` of `system`, which is being made.
  supervised(caf::actor_system& system, caf::actor_id self);

  probe::actor_probe& own_probe() { return *probe_; }
  void be_known_usually_as(std::string_view kind);
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
  [[nodiscard]] static waiting_message take(const caf::mailbox_element& call,
                                            const caf::abstract_actor* self);
  /// Has the role that sent `call` call again.
  static void ask_for_call(const caf::mailbox_element& call, const caf::abstract_actor* self);

  /// The kind of actor that sent `message`, which `self` has in hand.
  [[nodiscard]] static probe::actor_kind kind_of_sender(const caf::mailbox_element& message,
                                                        const caf::abstract_actor* self);

  /// Does what an injected_fault asks for. Returns whether `message` was one.
  bool suffer(const caf::mailbox_element& message);
  /// Takes as long as a fault asks for that stays.
  void be_slow() const;
  /// Whoever asked with `message`, and has no answer yet, is told that none will come.
  static void refuse(const caf::mailbox_element& message);

 private:
  const caf::actor_id actor_;
  const std::shared_ptr<probe::actor_probe> probe_;
  std::atomic<bool> deposed_{false};
  std::atomic<std::chrono::nanoseconds> slowness_{};
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

  explicit player(caf::actor_config& config)
      : super(config), supervised(this->home_system(), this->id()) {}

  void initialize() override {
    fail_with_exception_text(this);
    pass_over_what_is_not_ours(this);
    be_known_usually_as(this->name());
    const probe::turn start{own_probe(), probe::message_kind::of(caf::atom("start"))};
    if (is_deposed()) {  // before it could begin
      this->quit(caf::exit_reason::user_shutdown);
      return;
    }
    super::initialize();
  }

  caf::invoke_message_result consume(caf::mailbox_element& message) override {
    const auto sent = own_probe().take_up(message);
    if (!may_be_internal(message) || !is_call(message)) return act_on(message, sent);
    for (int i = 0; i < role_messages_in_a_row && this->alive(); ++i) {
      auto next = take(message, this);
      if (!next.message) return caf::invoke_message_result::consumed;
      act_on_message_of_role(std::move(next));
    }
    if (this->alive()) ask_for_call(message, this);
    return caf::invoke_message_result::consumed;
  }

 protected:
  void on_message_sent(const caf::mailbox_element& message) final {
    own_probe().note_message(message);
  }
  void on_wake_up_sent() final { own_probe().note_wake_up(); }

  void act_on_wake_up() override {
    const probe::turn current{own_probe(), probe::message_kind::of(caf::atom("wake_up")),
                              probe::actor_kind::nobody, own_probe().woken_at()};
    be_slow();
    super::act_on_wake_up();
    if (is_deposed()) this->quit(caf::exit_reason::user_shutdown);
  }

 private:
  caf::invoke_message_result act_on(caf::mailbox_element& message, steady_time sent) {
    const probe::turn current{own_probe(), probe::message_kind::of(message),
                              kind_of_sender(message, this), sent};
    be_slow();
    const auto result = may_be_internal(message) && suffer(message)
                            ? caf::invoke_message_result::consumed
                            : super::consume(message);
    if (is_deposed()) this->quit(caf::exit_reason::user_shutdown);
    return result;
  }

  void act_on_message_of_role(waiting_message next) {
    try {
      if (act_on(*next.message, next.since) == caf::invoke_message_result::skipped)
        this->enqueue(std::move(next.message), this->context());  // CAF keeps it there for later
    } catch (...) {
      refuse(*next.message);
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
