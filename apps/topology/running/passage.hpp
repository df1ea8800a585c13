#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "apps/topology/plan.hpp"
#include "protocol/clock.hpp"

namespace troupe::topology {

/// Bytes on their way through a link, in one direction: they come out as late as the link's quality
/// has it. A TCP stream loses nothing; where a packet would have got lost, it and all behind it
/// come out later by the time that TCP takes to send it again.
class passage {
 public:
  /// What is put in and judged at once: what fits into a packet.
  static constexpr std::size_t packet_size = 1448;
  /// Of sound.
  static constexpr std::chrono::milliseconds time_to_next_packet{20};
  /// Linux's least.
  static constexpr std::chrono::milliseconds retransmission_timeout{200};

  /// How much may be put in now: a router's queue has an end.
  [[nodiscard]] std::size_t room(const link_quality& quality) const;
  void put(std::span<const std::byte> bytes, const link_quality& quality, std::mt19937_64& dice,
           steady_time now);

  [[nodiscard]] bool empty() const { return packets_.empty(); }
  /// When there is something to take out; nothing while it is empty.
  [[nodiscard]] std::optional<steady_time> due() const;
  /// What may be taken out now, or the first part of it.
  [[nodiscard]] std::span<const std::byte> ready(steady_time now) const;
  /// Takes out the first `count` bytes of what is ready.
  void take(std::size_t count);

 private:
  struct packet {
    std::vector<std::byte> bytes;
    steady_time due;
  };

  std::deque<packet> packets_;
  std::size_t waiting_ = 0;
  std::size_t taken_ = 0;  ///< of the first packet
  steady_time sent_;       ///< when the last packet had left the sender
  steady_time last_due_;
};

}  // namespace troupe::topology
