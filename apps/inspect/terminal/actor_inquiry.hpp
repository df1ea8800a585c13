#pragma once

#include <optional>
#include <string>

#include "apps/inspect/terminal/question_queue.hpp"
#include "apps/inspect/terminal/scene.hpp"
#include "apps/inspect/terminal/view_state.hpp"
#include "protocol/clock.hpp"

namespace troupe::inspecting::terminal {

/// Has the shown node asked about the opened actor, about once a second: the snapshot does not have
/// the handlers of each connection.
class actor_inquiry {
 public:
  /// What the shown node is to be asked now, if anything. There is one question at a time. The
  /// answer about an actor that is no longer opened is taken out of the scene.
  [[nodiscard]] std::optional<std::string> next_question(const view_state& state, scene& shown,
                                                         steady_time now);

  /// Puts the answer into the scene, unless another actor or another node's is opened by now.
  /// False for the answer to a question that is not from here.
  [[nodiscard]] bool take(const asked_question& asked, scene& shown, steady_time now);

 private:
  struct subject {
    std::string node;  ///< its target
    std::string actor;
    friend bool operator==(const subject&, const subject&) = default;
  };

  void turn_to_opened(const view_state& state, scene& shown);
  void note(const asked_question& asked, scene& shown, steady_time now);

  std::optional<subject> opened_;
  std::optional<subject> under_way_;  ///< whom the question is about that is not answered yet
  steady_time answered_{};            ///< when the last one about the opened actor was
};

}  // namespace troupe::inspecting::terminal
