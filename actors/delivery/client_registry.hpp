#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "actors/delivery/client_ledger.hpp"
#include "actors/delivery/connection.hpp"
#include "actors/supervision/player.hpp"
#include "protocol/supervision.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::delivery {

struct client_registry_settings {
  connection_settings connection;
  connection_colleagues colleagues;
  /// Makes the connections: its children are all alike.
  supervisor_actor connection_supervisor;
  /// The most clients at once; a further one takes the place of the earliest. 0: no limit.
  std::size_t max_clients = 0;
};

struct client_registry_state {
  static inline const char* name = "client_registry";
  static constexpr std::chrono::seconds tick_interval{1};
  /// When so many clients have gone, their memory is given back to the system.
  static constexpr std::uint64_t crowd = 1000;
  /// A client that leaves again within this takes nobody's place: a node that starts at the same
  /// path by mistake connects for a moment to see who is there.
  static constexpr std::chrono::milliseconds newcomer_patience{20};
  /// Lines in the log about clients that come and go, at most so many between two ticks.
  static constexpr std::uint64_t log_lines_per_tick = 100;

  explicit client_registry_state(client_registry_actor::pointer its_self) : self(its_self) {}

  void take_over(client_registry_settings its_settings, std::shared_ptr<client_ledger> its_ledger);
  /// Makes a connection at a place that is made for it.
  using connection_maker =
      std::function<caf::strong_actor_ptr(caf::actor_system&, const client_place&)>;

  void admit(const accepted_client& client);
  caf::result<caf::strong_actor_ptr> admit(const arriving_client& client);
  template <class WhenMade>
  void have_made(const client_report& first_report, connection_maker make, WhenMade when_made);
  void admitted(const caf::strong_actor_ptr& connection);
  [[nodiscard]] child_maker connection_for(const client_report& first_report,
                                           connection_maker make) const;
  [[nodiscard]] bool has_excess() const;
  void evict_excess();
  void note(const client_report& report);
  void client_gone(const client_report& account);
  void set_usual(const delivery_tuning& usual);
  void tell_tuning();
  void tick();
  [[nodiscard]] bool may_log();
  void begin_log_anew();
  void return_memory_of_crowd();
  caf::result<clients_report> drain(std::chrono::nanoseconds limit);
  void finish_drain();

  client_registry_actor::pointer self;
  client_registry_settings settings;
  std::shared_ptr<client_ledger> ledger;
  std::uint64_t awaited = 0;  ///< connections that are being made
  bool ends = false;          ///< with the node: nobody is admitted any more
  caf::typed_response_promise<clients_report> drained;
  std::chrono::nanoseconds drain_limit{};
  std::uint64_t log_lines = 0;          ///< wanted since the last tick
  std::uint64_t gone = 0;               ///< since memory was last given back
  std::uint64_t gone_at_last_tick = 0;  ///< of these
};

/// Has a connection made for each client, makes room for newer clients and keeps the accounts; its
/// tick is the connections'. `drain` has every client take what is queued, for at most the time
/// given, and is answered when all have left.
client_registry_actor::behavior_type client_registry(
    supervision::player_pointer<client_registry_actor, client_registry_state> self,
    client_registry_settings settings, std::shared_ptr<client_ledger> ledger);

}  // namespace troupe::delivery
