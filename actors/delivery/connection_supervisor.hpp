#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "actors/delivery/connection.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::delivery {

/// What a connection supervisor's restart keeps: who is connected, and all accounts.
struct client_ledger {
  /// Clients that left stay by name up to this many; all of them stay in the total.
  static constexpr std::size_t remembered_limit = 1000;

  struct entry {
    connection_actor connection;
    client_report last_report;
  };

  [[nodiscard]] clients_report report() const;

  /// Closes the accounts of those who are still there, when their connections have ended.
  void close();

  std::map<client_number, entry> connected;
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

  explicit connection_supervisor_state(connection_supervisor_actor::pointer its_self)
      : self(its_self) {}

  void take_over(connection_supervisor_settings its_settings,
                 std::shared_ptr<client_ledger> its_ledger);
  void admit(const accepted_client& client);
  void make_room();
  void note(const client_report& report);
  void settle(const client_report& last_report);
  void connection_ended(const caf::down_msg& news);
  caf::result<clients_report> drain(std::chrono::nanoseconds limit);

  connection_supervisor_actor::pointer self;
  connection_supervisor_settings settings;
  std::shared_ptr<client_ledger> ledger;
  caf::typed_response_promise<clients_report> drained;
};

/// Makes a temporary child for each client (it is not restarted: its client is gone with it) and
/// keeps the accounts. `drain` has every client take what is queued, for at most the time given,
/// and is answered when all have left. `ledger` belongs to one connection supervisor at a time.
connection_supervisor_actor::behavior_type connection_supervisor(
    connection_supervisor_actor::stateful_pointer<connection_supervisor_state> self,
    connection_supervisor_settings settings, std::shared_ptr<client_ledger> ledger);

}  // namespace troupe::delivery
