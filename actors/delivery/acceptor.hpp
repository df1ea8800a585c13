#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include <sys/resource.h>

#include "actors/delivery/unix_listener.hpp"
#include "actors/runtime/poller.hpp"
#include "actors/supervision/player.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::delivery {

struct acceptor_settings {
  runtime::poller* poller = nullptr;
  /// Outlives the acceptor, so that clients can wait in the kernel while it restarts.
  std::shared_ptr<unix_listener> listener;
  client_registry_actor clients;
};

struct acceptor_state {
  static inline const char* name = "acceptor";
  /// Clients taken in before others get their turn on the thread.
  static constexpr int accept_budget = 64;
  /// Descriptors that clients do not get, so that a source or a configuration file can be opened
  /// again: so many, or a quarter where there are few.
  static constexpr rlim_t reserved_descriptors = 16;
  static constexpr std::chrono::milliseconds first_pause{100};
  static constexpr std::chrono::milliseconds longest_pause{1000};

  explicit acceptor_state(acceptor_actor::pointer its_self) : self(its_self) {}

  void open(acceptor_settings its_settings);
  void accept_waiting();
  [[nodiscard]] bool has_descriptor_for_client() const;
  /// Out of descriptors or memory: waits, then tries again, ever more patiently.
  void pause(int error);
  void close();

  acceptor_actor::pointer self;
  acceptor_settings settings;
  std::optional<runtime::watch> watch;
  rlim_t descriptors_for_clients = 0;  ///< and for what was there before them
  std::chrono::milliseconds next_pause = first_pause;
};

/// Takes clients in at the listener and hands them to the client registry. `stop` closes the
/// listener and answers whether it was open.
acceptor_actor::behavior_type acceptor(
    supervision::player_pointer<acceptor_actor, acceptor_state> self, acceptor_settings settings);

}  // namespace troupe::delivery
