#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "actors/supervision/player.hpp"
#include "actors/telemetry/adaptation_records.hpp"
#include "actors/telemetry/latency_records.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::telemetry {

/// Where the optimiser's readings come from, and whom it tells what to do.
struct optimiser_colleagues {
  std::shared_ptr<const latency_records> latency;
  /// May be called from any thread, as the next one.
  std::function<source_report()> source_counts;
  /// Of the frames since its last call; see client_ledger.
  std::function<double()> median_dropped_share;
  /// Then the latency of capture has a frame's duration in it.
  bool paced_by_device = false;
  source_actor source;
  client_registry_actor client_registry;
};

struct adaptive_optimiser_state {
  static inline const char* name = "adaptive_optimiser";
  static constexpr std::chrono::seconds interval{1};
  static constexpr std::chrono::milliseconds after_beat{50};
  static constexpr std::chrono::milliseconds readings_come_within{10};
  /// An older reading of the machine says nothing of now.
  static constexpr std::chrono::seconds system_reading_lasts{3};
  /// Nor does what the latency monitor saw.
  static constexpr std::chrono::milliseconds latency_reading_lasts{2500};
  /// After a change readings are of both before and after for so long; and what a standstill left
  /// behind is over.
  static constexpr std::chrono::seconds change_shows_after{2};
  /// A look that comes so much later than it should comes after a standstill: the process, or the
  /// machine under it, was stopped. That is nothing to adapt to, unless it comes again so soon, or
  /// the process was starved of the CPU.
  static constexpr std::chrono::milliseconds standstill{250};
  static constexpr std::chrono::minutes standstills_are_rare{1};
  static constexpr double starvation_explains = 0.25;  ///< of the time; see starvation_in
  /// What is set is told again so often: an actor that failed may have taken it with it.
  static constexpr std::chrono::seconds told_again_after{10};

  explicit adaptive_optimiser_state(adaptive_optimiser_actor::pointer its_self) : self(its_self) {}

  void take_over(std::shared_ptr<adaptation_records> its_records,
                 optimiser_colleagues its_colleagues);
  void note(const system_reading& reading);
  void tick_later();
  void tick();
  [[nodiscard]] adaptation_reading read();
  void read_latency(adaptation_reading& reading) const;
  void read_counts(adaptation_reading& reading);
  [[nodiscard]] bool has_readings_of_beat() const;
  [[nodiscard]] system_reading recent_system() const;
  void note_standstill();
  [[nodiscard]] bool can_judge() const;
  void apply();

  adaptive_optimiser_actor::pointer self;
  std::shared_ptr<adaptation_records> records;
  optimiser_colleagues colleagues;
  source_report counts_before;
  system_reading system;
  std::optional<steady_time> system_read;
  std::optional<steady_time> changed;
  std::optional<steady_time> due;  ///< when the next look is
  bool waits_for_readings = false;
  std::optional<steady_time> stood_still;
  steady_time judges_from;
  steady_time told;
};

/// Looks once a second how the node did, and has source and connections follow what the controller
/// says. The codec that is asked for goes through it to the source.
adaptive_optimiser_actor::behavior_type adaptive_optimiser(
    supervision::player_pointer<adaptive_optimiser_actor, adaptive_optimiser_state> self,
    std::shared_ptr<adaptation_records> kept, optimiser_colleagues colleagues);

}  // namespace troupe::telemetry
