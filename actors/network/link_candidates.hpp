#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "actors/network/host_resolver.hpp"
#include "actors/network/link_settings.hpp"
#include "actors/supervision/backoff.hpp"
#include "protocol/address.hpp"
#include "protocol/clock.hpp"

namespace troupe::network {

/// A node that may be this one's upstream.
struct link_candidate {
  node_address address;
  supervision::backoff pause;         ///< after failures
  supervision::backoff silent_pause;  ///< after it was found to have no sound
  steady_time next_attempt = {};
  std::string last_refusal = {};
  std::unique_ptr<host_lookup> lookup = {};  ///< that is under way; outlives attempts
  bool was_linked = false;
  bool is_upstream_already = false;  ///< by another address
};

/// All of them, those first that are to be preferred, and whose turn it is.
class link_candidates {
 public:
  using filter = std::function<bool(std::size_t)>;

  link_candidates() = default;
  explicit link_candidates(const link_settings& settings);

  [[nodiscard]] link_candidate& operator[](std::size_t which) { return all_[which]; }
  [[nodiscard]] auto begin() { return all_.begin(); }
  [[nodiscard]] auto end() { return all_.end(); }

  /// Of those that are `wanted`, the one whose turn it is for the longest time: one that was just
  /// lost, or does not answer, costs the others none of theirs.
  [[nodiscard]] std::optional<std::size_t> due(steady_time now, const filter& wanted) const;
  /// When it is the next one's turn; max if none is wanted.
  [[nodiscard]] steady_time next_turn(const filter& wanted) const;

  void put_off(std::size_t which, steady_time now, std::chrono::nanoseconds it_was_up);
  void put_off_as_silent(std::size_t which, steady_time now, std::chrono::nanoseconds it_had_sound);
  /// The node behind it serves already, by another address. CAF has one connection to each node,
  /// so there is nothing to choose from while it does.
  void put_off_as_upstream(std::size_t which, steady_time now);
  /// That node serves no more: its other addresses may be those that can be reached.
  void forget_upstream(steady_time now);

 private:
  [[nodiscard]] double chance();

  std::vector<link_candidate> all_;
  std::chrono::nanoseconds shortest_silent_pause_{};
  std::minstd_rand randomness_{std::random_device{}()};
};

}  // namespace troupe::network
