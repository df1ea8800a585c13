#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/unit/inspect/support/fake_node.hpp"

namespace troupe::test {

struct staged_node_settings {
  std::string name = "kitchen";
  std::size_t clients = 3;
  std::string listen;                 ///< where it takes other nodes in; nowhere when empty
  std::string upstream;               ///< the address of the node that it hears; none when empty
  std::vector<std::string> heard_by;  ///< addresses of nodes that hear it
  bool may_steer = true;
  bool allows_faults = true;
  double frames_per_second = 50;
};

/// Answers at a control socket as a node does whose counts grow by the clock: what a test has its
/// actors suffer is seen at once.
class staged_node {
 public:
  using settings = staged_node_settings;

  /// Its control socket is `socket` and ".control".
  explicit staged_node(std::string socket, settings wanted = {});
  staged_node(const staged_node&) = delete;
  staged_node& operator=(const staged_node&) = delete;

  [[nodiscard]] const std::string& socket() const { return socket_; }

  /// The actor is as it is after a restart, with an event of it.
  void restart(const std::string& actor, const std::string& why);
  void set_state(const std::string& actor, const std::string& state);
  /// The client loses so many frames each second.
  void have_lose(std::uint64_t client, double frames_per_second);
  void have_happen(const std::string& kind, const std::string& level, const std::string& subject,
                   const std::string& text);
  /// The next action is refused so.
  void refuse_next(const std::string& reason);
  /// Frames take so much longer, from now on.
  void slow_down(double factor);

  /// The actions that it was given, in their order.
  [[nodiscard]] std::vector<nlohmann::json> actions() const;
  /// How many snapshots were asked for.
  [[nodiscard]] std::uint64_t snapshots() const;

 private:
  using clock = std::chrono::steady_clock;
  struct actor_state {
    std::string state = "up";
    clock::time_point since;
    std::uint64_t restarts = 0;
    std::string last_failure;
  };

  [[nodiscard]] nlohmann::json answer(const nlohmann::json& question);
  [[nodiscard]] nlohmann::json act(const nlohmann::json& action);
  [[nodiscard]] nlohmann::json snapshot() const;
  [[nodiscard]] nlohmann::json node_facts() const;
  [[nodiscard]] nlohmann::json actors() const;
  [[nodiscard]] nlohmann::json actor(const std::string& name, const std::string& kind,
                                     const std::string& parent, double turns_per_second,
                                     double mean_us) const;
  [[nodiscard]] nlohmann::json flows() const;
  [[nodiscard]] nlohmann::json stages() const;
  [[nodiscard]] nlohmann::json clients() const;
  [[nodiscard]] nlohmann::json upstream() const;
  [[nodiscard]] nlohmann::json events_after(std::uint64_t number) const;
  void note_event(const std::string& kind, const std::string& level, const std::string& subject,
                  const std::string& text);
  [[nodiscard]] double seconds() const;
  [[nodiscard]] std::uint64_t frames() const;

  std::string socket_;
  settings settings_;
  clock::time_point start_ = clock::now();
  double unix_start_s_;

  mutable std::mutex mutex_;
  std::map<std::string, actor_state> actors_;
  std::map<std::uint64_t, double> losses_;
  std::vector<nlohmann::json> events_;
  std::vector<nlohmann::json> actions_;
  std::string refusal_;
  std::uint64_t snapshots_ = 0;
  double slowness_ = 1;

  inspecting::test::fake_node door_;  ///< last: it asks all of the above
};

}  // namespace troupe::test
