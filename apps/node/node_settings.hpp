#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "actors/delivery/connection_settings.hpp"
#include "actors/network/remote_inspection.hpp"
#include "actors/supervision/backoff.hpp"
#include "actors/supervision/restart_intensity.hpp"
#include "apps/common/tls_options.hpp"
#include "protocol/adaptation.hpp"
#include "protocol/address.hpp"
#include "protocol/codec_settings.hpp"
#include "protocol/latency_event.hpp"

namespace troupe {

/// How failed actors are brought back.
struct restart_settings {
  supervision::restart_intensity intensity;  ///< of all of them together
  supervision::backoff_policy backoff;       ///< of each
};

/// All that a node can be told, with the defaults.
struct node_settings {
  source_address source = alsa_source{};
  std::string socket = "/var/run/audio_output.sock";
  std::optional<node_address> listen;  ///< for other nodes
  std::string name;                    ///< among them, for people
  tls_options tls;                     ///< all of them, or links are plain
  bool insecure = false;               ///< other machines are served all the same
  network::remote_inspection remote_inspection = network::remote_inspection::look;
  std::size_t max_clients = 0;  ///< 0: as many as there are descriptors for
  codec_settings codec;
  delivery::connection_settings connection;
  restart_settings restarts;
  /// An actor that takes longer than this for one message is stuck.
  std::chrono::nanoseconds stuck_after = std::chrono::seconds{1};
  latency_thresholds latency;
  adaptation_settings adaptation;  ///< but for its thresholds of the latency: those above
  bool allow_faults = false;
  std::string control;                  ///< where inspectors ask; empty: beside the socket
  bool has_control = true;              ///< or nobody may ask there
  std::optional<node_address> metrics;  ///< where Prometheus asks
  bool probes_actors = true;            ///< takes down what each actor does
  bool always_encode = false;
  bool realtime = false;
  std::optional<int> realtime_core;  ///< only with that
  std::optional<std::chrono::nanoseconds> duration;
  std::chrono::nanoseconds stats_interval = std::chrono::seconds{10};
  std::string log_level = "info";
  bool json = false;
  bool has_config_file = false;  ///< that may be read again

  [[nodiscard]] bool has_to_do_with_nodes() const {
    return listen || std::holds_alternative<link_source>(source);
  }
};

}  // namespace troupe
