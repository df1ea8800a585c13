#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "actors/delivery/connection.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::delivery {

/// What a connection supervisor's restart keeps: who is connected, and all accounts.
struct client_ledger {
  /// Clients that left stay by name up to this many; all of them stay in the total.
  static constexpr std::size_t remembered_limit = 1000;

  struct entry {
    connection_actor connection;
    client_report last_report;               ///< as the connection told it at the last tick
    std::shared_ptr<client_report> account;  ///< lent to the connection while it lives
  };

  /// `account` is the connection's to write from now on; it says what `first_report` says.
  void open(connection_actor connection, const client_report& first_report,
            std::shared_ptr<client_report> account);
  /// Takes the account back from a connection that has ended, and closes it. If the connection did
  /// not say why it ended, the frames it held are dropped by `cause`, and `why` is the reason.
  /// Nothing when there is no such connection.
  std::optional<client_report> close(caf::actor_id connection, drop_cause cause,
                                     const std::string& why);

  [[nodiscard]] clients_report report() const;

  /// Closes the accounts of those who are still there, when their connections have ended.
  void close();

  std::map<client_number, entry> connected;
  std::unordered_map<caf::actor_id, client_number> numbers;  ///< of the connected
  std::deque<client_report> left;
  delivery_counters total_of_left;
  std::uint64_t served = 0;
};

struct connection_supervisor_settings {
  connection_settings connection;
  connection_colleagues colleagues;
  /// The most clients at once; a further one takes the place of the earliest. 0: no limit.
  std::size_t max_clients = 0;
};

struct connection_supervisor_state {
  static inline const char* name = "connection_supervisor";
  static constexpr std::chrono::seconds tick_interval{1};
  /// When so many clients have gone, their memory is given back to the system.
  static constexpr std::uint64_t crowd = 1000;
  /// A client that leaves again within this takes nobody's place: a node that starts at the same
  /// path by mistake connects for a moment to see who is there.
  static constexpr std::chrono::milliseconds newcomer_patience{20};
  /// Lines in the log about clients that come and go, at most so many between two ticks.
  static constexpr std::uint64_t log_lines_per_tick = 100;

  explicit connection_supervisor_state(connection_supervisor_actor::pointer its_self)
      : self(its_self) {}

  void take_over(connection_supervisor_settings its_settings,
                 std::shared_ptr<client_ledger> its_ledger);
  void admit(const accepted_client& client);
  [[nodiscard]] bool has_excess() const;
  void evict_excess();
  void note(const client_report& report);
  void tick();
  [[nodiscard]] bool may_log();
  void begin_log_anew();
  void return_memory_of_crowd();
  void connection_ended(const caf::down_msg& news);
  caf::result<clients_report> drain(std::chrono::nanoseconds limit);

  connection_supervisor_actor::pointer self;
  connection_supervisor_settings settings;
  std::shared_ptr<client_ledger> ledger;
  caf::typed_response_promise<clients_report> drained;
  std::uint64_t log_lines = 0;          ///< wanted since the last tick
  std::uint64_t gone = 0;               ///< since memory was last given back
  std::uint64_t gone_at_last_tick = 0;  ///< of these
};

/// Makes a temporary child for each client (it is not restarted: its client is gone with it) and
/// keeps the accounts; its tick is theirs. `drain` has every client take what is queued, for at
/// most the time given, and is answered when all have left. `ledger` belongs to one connection
/// supervisor at a time.
connection_supervisor_actor::behavior_type connection_supervisor(
    connection_supervisor_actor::stateful_pointer<connection_supervisor_state> self,
    connection_supervisor_settings settings, std::shared_ptr<client_ledger> ledger);

}  // namespace troupe::delivery
