#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <CLI/CLI.hpp>

#include "apps/node/node_settings.hpp"

namespace troupe {

/// What one place (the command line, the environment, the configuration file) says of the settings;
/// what it is silent about is empty.
struct node_options {
  std::optional<std::string> source;
  std::optional<std::string> socket;
  std::optional<std::string> listen;
  std::optional<std::string> name;
  tls_options tls;
  std::optional<bool> insecure;
  std::optional<network::remote_inspection> remote_inspection;
  std::optional<std::size_t> clients;
  std::optional<std::string> config;
  std::optional<quality> quality_level;
  std::optional<std::int32_t> rate;
  std::optional<std::int32_t> channels;
  std::optional<double> frame_ms;
  std::optional<std::int32_t> bitrate;
  std::optional<std::int32_t> complexity;
  std::optional<std::string> vbr;
  std::optional<opus_signal> signal;
  std::optional<opus_bandwidth> bandwidth;
  std::optional<bool> dtx;
  std::optional<bool> fec;
  std::optional<std::int32_t> expected_loss;
  std::optional<delivery::overflow_policy> overflow;
  std::optional<std::size_t> queue;
  std::optional<std::size_t> socket_buffer_kib;
  std::optional<std::chrono::nanoseconds> write_timeout;
  std::optional<std::size_t> max_restarts;
  std::optional<std::chrono::nanoseconds> restart_window;
  std::optional<std::chrono::nanoseconds> restart_backoff;
  std::optional<std::chrono::nanoseconds> restart_backoff_cap;
  std::optional<std::chrono::nanoseconds> stuck_after;
  std::optional<std::chrono::nanoseconds> latency_target;
  std::optional<std::chrono::nanoseconds> latency_average;
  std::optional<std::chrono::nanoseconds> latency_peak;
  std::optional<std::chrono::nanoseconds> latency_jitter;
  std::optional<int> latency_clear_percent;
  std::optional<adaptation_mode> adapt;
  std::optional<std::int32_t> min_bitrate;
  std::optional<std::int32_t> min_complexity;
  std::optional<double> max_frame_ms;
  std::optional<std::size_t> min_queue;
  std::optional<std::size_t> max_queue;
  std::optional<std::size_t> min_socket_buffer_kib;
  std::optional<std::size_t> max_socket_buffer_kib;
  std::optional<int> max_level;
  std::optional<int> encoder_percent;
  std::optional<int> missed_percent;
  std::optional<int> dropped_percent;
  std::optional<int> lost_percent;
  std::optional<int> calm_percent;
  std::optional<std::chrono::nanoseconds> adapt_cooldown;
  std::optional<std::chrono::nanoseconds> adapt_stability;
  std::optional<std::chrono::nanoseconds> adapt_rollback;
  std::optional<bool> allow_faults;
  std::optional<std::string> control;
  std::optional<bool> probe;
  std::optional<std::string> metrics;
  std::optional<bool> always_encode;
  std::optional<bool> realtime;
  std::optional<int> realtime_core;
  std::optional<std::chrono::nanoseconds> duration;
  std::optional<std::chrono::nanoseconds> stats_interval;
  std::optional<std::string> log_level;
  std::optional<bool> json;

  /// Sets in `settings` what these options say. Throws failure{bad_value}.
  void apply_to(node_settings& settings) const;
};

/// Declares all of the node's options on `app`, to be read into `target`.
void declare_node_options(CLI::App& app, node_options& target);

/// Refuses options that contradict each other, as failure{bad_value}.
void refuse_contradictions(const node_options& options);
/// The same for what only shows when all places are put together, each over those before it.
void refuse_contradictions_between(std::span<const node_options* const> places);

}  // namespace troupe
