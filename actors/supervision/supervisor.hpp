#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "actors/supervision/player.hpp"
#include "actors/supervision/restart_intensity.hpp"
#include "actors/supervision/supervision_record.hpp"

namespace troupe::supervision {

/// Who is restarted with a child that failed.
enum class strategy : std::uint8_t {
  one_for_one,         ///< the child alone
  rest_for_one,        ///< the child and all that were started after it
  one_for_all,         ///< all children
  simple_one_for_one,  ///< the child alone; all are alike and made on demand
};

/// Whether the normal end of significant children ends the supervisor.
enum class auto_shutdown : std::uint8_t { never, any_significant, all_significant };

struct supervisor_settings {
  supervision::strategy strategy = strategy::one_for_one;
  restart_intensity intensity = {};
  supervision::auto_shutdown auto_shutdown = auto_shutdown::never;
  /// For the jitter of restarts.
  std::uint32_t seed = std::random_device{}();
};

struct supervisor_state {
  static inline const char* name = "supervisor";
  /// A child that was killed and still has not ended by then is left behind: it is stuck.
  static constexpr std::chrono::milliseconds kill_limit{100};

  explicit supervisor_state(supervisor_actor::pointer its_self) : self(its_self) {}
  supervisor_state(const supervisor_state&) = delete;
  supervisor_state& operator=(const supervisor_state&) = delete;
  /// Children that outlive their supervisor do not keep its memory.
  ~supervisor_state();

  // Life.
  void begin(supervisor_settings its_settings, std::vector<child_specification> specifications,
             std::shared_ptr<supervision_record> its_record);
  void take_back(child_number number, supervised_child& child);
  void stop(caf::error why);
  void stop_for_good();
  void give_up(child_number number, const supervised_child& child);

  // What is to be done next, one step after the other.
  void go_on();
  bool stop_doomed();
  void stop_child(child_number number, supervised_child& child);
  void disown(child_number number, supervised_child& child);
  void start_due();
  void began_late(child_number number, supervised_child& child);
  void start(child_number number, supervised_child& child);
  void begin_child(child_number number, supervised_child& child, caf::strong_actor_ptr actor);
  void wake_at(steady_time when);

  // News of children.
  child_number add_child(child_specification specification);
  caf::result<caf::strong_actor_ptr> start_on_demand(const child_maker& maker);
  void await_answer(child_number number, const caf::strong_actor_ptr& actor);
  void enter(child_number number, supervised_child& child, child_phase next);
  void came_up(child_number number, supervised_child& child);
  void child_ended(const caf::down_msg& news);
  void forget_actor(child_number number, supervised_child& child);
  void failed(child_number number, supervised_child& child, const std::string& why);
  void restart_with_others(child_number number, supervised_child& child);
  void come_back(child_number number, supervised_child& child);
  void retire(child_number number, supervised_child& child);
  void end_with_significant();

  // Stuck children.
  void look();
  void forgive_standstill();
  void look_at(child_number number, supervised_child& child);
  void found_stuck(child_number number, supervised_child& child);
  void note_stuck(child_number number, supervised_child& child, const std::string& message);
  [[nodiscard]] std::chrono::nanoseconds look_interval() const;

  [[nodiscard]] bool all_alike() const { return settings.strategy == strategy::simple_one_for_one; }
  [[nodiscard]] supervised_child* find(child_number number, caf::actor_id actor);
  [[nodiscard]] steady_time now() const { return self->clock().now(); }

  /// Has `change` write to what is told of a child.
  template <class Change>
  void tell(child_number number, Change&& change) {
    const auto index = all_alike() ? 0 : static_cast<std::size_t>(number);
    record->tell([&](supervision_report& report) { change(report.children.at(index)); });
  }

  supervisor_actor::pointer self;
  supervisor_settings settings;
  std::shared_ptr<supervision_record> record;
  std::optional<recent_failures> failures;
  std::minstd_rand chance;
  std::optional<steady_time> look_due;
  child_specification alike;  ///< what all children are, where they are alike
  bool stopping = false;
  bool for_good = false;  ///< the supervisor is done, and so are its children's roles
  /// What the supervisor itself is to end with.
  caf::error reason;
};

/// Starts `children` in order, each when the one before has answered a first message, and brings
/// back what fails, as `settings.strategy` says. A child that cannot be started has failed like one
/// that ended. One failure more than `settings.intensity` allows ends the supervisor: it stops the
/// others in reverse order and fails with sec::runtime_error and a text that says which child, why
/// and how often; under another supervisor, that is a failure like any other. `stop` ends the
/// children in reverse order, then the supervisor, normally, and their roles are closed. An exit
/// message does the same but leaves the roles open: whoever sent it may begin another supervisor.
///
/// With simple_one_for_one, `children` holds one specification without a maker, and `start` makes a
/// child from it, or answers with an error and is done with it; these are stopped all at once.
///
/// A supervisor that dies without having stopped its children leaves them running; the next one
/// that is given the same `record` goes on with them.
supervisor_actor::behavior_type supervisor(player_pointer<supervisor_actor, supervisor_state> self,
                                           supervisor_settings settings,
                                           std::vector<child_specification> children,
                                           std::shared_ptr<supervision_record> record);

}  // namespace troupe::supervision
