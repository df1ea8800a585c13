#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocol/type_ids.hpp"

namespace troupe::delivery {

/// Who is connected, and all clients' accounts. It outlives whoever works with it, and may be used
/// from any thread.
class client_ledger {
 public:
  /// Clients that left stay by name up to this many; all of them stay in the total.
  static constexpr std::size_t remembered_limit = 1000;

  /// The number of a client that has just come.
  [[nodiscard]] client_number next_number();

  /// `account` is the connection's to write from now on; it says what `first_report` says.
  void open(connection_actor connection, const client_report& first_report,
            std::shared_ptr<client_report> account, frame_inbox_ptr inbox);
  /// A connection tells what its account says. Returns what it said before; nothing if the client
  /// is not connected any more.
  std::optional<client_report> note(const client_report& report);
  /// Takes the account back from a connection that has ended, and closes it. If the connection did
  /// not say why it ended, the frames it held are dropped by `cause`, and `why` is the reason.
  /// Nothing when there is no such connection.
  std::optional<client_report> close(caf::actor_id connection, drop_cause cause,
                                     const std::string& why);

  [[nodiscard]] clients_report report() const;
  /// The report at the end of the node. Who is still connected then is so by a connection that is
  /// stuck, say: what it held, as far as is known, is dropped by the shutdown.
  [[nodiscard]] clients_report final_report() const;
  [[nodiscard]] std::size_t connected() const;
  /// Of those who are connected, in the order they came.
  [[nodiscard]] std::vector<connection_actor> connections() const;
  /// What new clients get, in the place of what their settings say.
  void set_tuning(const delivery_tuning& tuning);
  [[nodiscard]] std::optional<delivery_tuning> tuning() const;
  /// Of the frames since the last call, as far as the connections have told: half of the clients
  /// had no larger share (of 1) dropped, since their queues were full. So it is 0 unless most do
  /// not keep up.
  [[nodiscard]] double median_dropped_share();
  /// Null when the client is not connected.
  [[nodiscard]] connection_actor connection_of(client_number client) const;

 private:
  struct entry {
    connection_actor connection;
    client_report last_report;               ///< as the connection told it last
    std::shared_ptr<client_report> account;  ///< lent to the connection while it lives
    frame_inbox_ptr inbox;
    std::uint64_t offered_before = 0;  ///< as median_dropped_share() saw it last
    std::uint64_t dropped_before = 0;
  };

  template <class ReportOf>
  [[nodiscard]] clients_report report_with(ReportOf&& report_of) const;

  mutable std::mutex mutex_;
  std::map<client_number, entry> connected_;
  std::unordered_map<caf::actor_id, client_number> numbers_;  ///< of the connected
  std::deque<client_report> left_;
  delivery_counters total_of_left_;
  delivery_counters total_of_left_links_;  ///< of that: those at other nodes
  std::optional<delivery_tuning> tuning_;
  std::uint64_t served_ = 0;
};

}  // namespace troupe::delivery
