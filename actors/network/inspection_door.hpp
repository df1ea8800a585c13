#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <caf/actor_addr.hpp>
#include <caf/node_id.hpp>

#include "actors/network/known_peers.hpp"
#include "actors/network/remote_inspection.hpp"
#include "actors/supervision/player.hpp"
#include "protocol/clock.hpp"
#include "protocol/inspection_desk.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::network {

/// How the door goes about it, and whom it works with.
struct inspection_door_settings {
  inspection_desk* desk = nullptr;  ///< outlives the actors
  remote_inspection allowed = remote_inspection::look;
  /// Peers without a certificate are answered, too: whoever reaches the port.
  bool is_insecure = false;
  std::chrono::nanoseconds write_timeout = std::chrono::seconds{5};
  /// What the network knows of a peer, and how it ends the connection to one.
  std::function<std::optional<known_peer>(const caf::node_id&)> peer_at;
  std::function<void(std::int64_t connection, const std::string& reason)> send_away;
  /// The same for one that is not needed any more.
  std::function<void(std::int64_t connection)> hang_up;
};

/// One whose questions are answered.
struct admitted_inspector {
  std::int64_t connection = 0;  ///< by which it asks
  asker who;
  inspected_actor clerk;
  bool is_served = false;   ///< there is a question of theirs in hand
  std::uint64_t taken = 0;  ///< of the answer
  std::uint64_t size = 0;   ///< of the answer
  steady_time answered;     ///< the last time
};

struct inspection_door_state {
  static inline const char* name = "inspection_door";
  static constexpr std::size_t most_inspectors = 8;
  static constexpr std::chrono::seconds look_interval{1};

  explicit inspection_door_state(inspection_door_actor::pointer its_self) : self(its_self) {}
  ~inspection_door_state();

  void open(inspection_door_settings its_settings);
  template <class Words>
  [[nodiscard]] caf::result<inspection_answer> serve(const Words& said);
  [[nodiscard]] caf::result<inspection_answer> ask(const inspection_question& question);
  [[nodiscard]] caf::result<inspection_answer> go_on(const inspection_continuation& where);
  /// Why not; empty if it may.
  [[nodiscard]] std::string complaint(const std::optional<known_peer>& peer) const;
  [[nodiscard]] caf::error refuse(const std::optional<known_peer>& peer, const std::string& why);
  void admit(const caf::strong_actor_ptr& whom, const std::string& its_name,
             const std::optional<known_peer>& peer);
  [[nodiscard]] asker introduce(const std::string& its_name,
                                const std::optional<known_peer>& peer) const;
  [[nodiscard]] admitted_inspector* inspector_at(const caf::strong_actor_ptr& whom);
  void note_answer(const caf::actor_addr& whom, std::uint64_t from, const inspection_answer& part);
  void forget(const caf::actor_addr& whom);
  void look();
  void look_later();

  inspection_door_actor::pointer self;
  inspection_door_settings settings;
  std::map<caf::actor_addr, admitted_inspector> inspectors;
  /// By their connections, and since when: they have a moment to go.
  std::map<std::int64_t, steady_time> refused;
  bool is_to_look = false;
};

/// Answers inspectors at other nodes, a clerk for each. Refuses, with the reason, those who may not
/// ask, and those who are too many. Sends away whoever does not go then, asks before it has its
/// answer, or does not take that for `write_timeout`.
inspection_door_actor::behavior_type inspection_door(
    supervision::player_pointer<inspection_door_actor, inspection_door_state> self,
    inspection_door_settings settings);

}  // namespace troupe::network
