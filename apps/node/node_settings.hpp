#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "actors/delivery/connection_settings.hpp"
#include "actors/supervision/restart_policy.hpp"
#include "protocol/address.hpp"
#include "protocol/codec_settings.hpp"

namespace troupe {

/// All that a node can be told, with the defaults.
struct node_settings {
  source_address source = alsa_source{};
  std::string socket = "/var/run/audio_output.sock";
  std::size_t max_clients = 0;  ///< 0: as many as there are descriptors for
  codec_settings codec;
  delivery::connection_settings connection;
  supervision::restart_policy restarts;  ///< of each actor
  std::optional<std::chrono::nanoseconds> duration;
  std::chrono::nanoseconds stats_interval = std::chrono::seconds{10};
  std::string log_level = "info";
  bool json = false;
};

}  // namespace troupe
