#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "protocol/adaptation.hpp"
#include "protocol/clock.hpp"
#include "protocol/system_reading.hpp"

namespace troupe::telemetry {

/// How a node did in the last second. What there was nothing to say of is absent.
struct adaptation_reading {
  /// From capture until encoding began; of a device's sound without the frame's own duration.
  std::optional<latency_window> latency;
  /// From the encoder until the kernel had them, of half of all clients' frames at most.
  std::optional<std::chrono::nanoseconds> queueing;
  /// The encoder's time, as a share of what its frames last.
  std::optional<double> encoder_share;
  /// Shares of the frames that were due. Those that single clients do not take are not of them.
  double missed_share = 0;
  double dropped_share = 0;
  double lost_share = 0;
  system_reading system;
};

/// Share of the time in which the process wanted the CPU and was not given it, by a quota or for
/// the sake of others; of several threads, more than 1.
[[nodiscard]] double starvation_in(const system_reading& system);

/// Decides, once a second, at which level a stream should be.
///
/// A reading over its threshold is trouble. The level then goes up at once, unless it was changed
/// within the cooldown: by as much as the model says that the trouble needs, at least by one, and
/// by twice as much each time that the last step up was not enough. The model: CPU time goes to the
/// encoder (see encoder_cost) and to each frame, and what a stream got while it missed frames, or
/// was starved, is all that there is; bits go out in proportion to the bitrate, and the share that
/// was taken is all that can be. What the CPU time is needed for is known from calm seconds.
///
/// All is calm while no reading is over calm_share of its threshold, and the average latency not
/// over its target. (The encoder's share may come up to its threshold: what it would be at a lower
/// level is known.) After the stability period in calm the level goes down by one, and by twice as
/// much each time that this went well. A step down that brings trouble back, before it has been
/// calm for another stability period, is taken back, and the next one as far down waits: 4
/// cooldowns, and 16 from the second time on. So does, for 4, a step down to where a starved
/// process would need more than it got; the first one after a wait goes no further than it must.
/// None need wait once the strain on the machine is less than half of what it was.
///
/// A step up after which no frames get lost, but the latency is over the rollback threshold, and
/// higher than before, is taken back, and none is tried again for as many cooldowns.
class adaptation_controller {
 public:
  struct decision {
    adaptation_level from{};
    adaptation_level to{};
    adaptation_reason reason{};
    adaptation_reason cause{};  ///< see adaptation_event, as for the next ones
    double reading = 0;
    double threshold = 0;
  };

  adaptation_controller(const adaptation_settings& settings, const stream_tuning& asked_for);

  /// The second that ended `now` was like that. Returns what is to change, if anything is.
  std::optional<decision> look(const adaptation_reading& reading, steady_time now);

  /// Time has passed that nobody looked at: it was not calm for long, and a step up that was being
  /// judged is not judged.
  void forget_calm() {
    calm_since_.reset();
    raise_.reset();
  }

  /// Something else is asked for from now on.
  void ask_for(const stream_tuning& asked_for) {
    asked_for_ = asked_for;
    need_.reset();
  }

  [[nodiscard]] adaptation_level level() const { return level_; }
  /// What is to be set now.
  [[nodiscard]] stream_tuning tuning() const { return tuning_at_level(level_); }
  [[nodiscard]] const stream_tuning& asked_for() const { return asked_for_; }

 private:
  /// A reading against its threshold.
  struct finding {
    adaptation_reason reason{};
    double reading = 0;
    double threshold = 1;
    double calm_up_to = 0;

    [[nodiscard]] double severity() const { return reading / threshold; }
    [[nodiscard]] bool is_trouble() const { return reading > threshold; }
  };
  /// The last step up, by which it is judged.
  struct raise {
    steady_time when;
    adaptation_level from{};
    double latency_before_ms = 0;
    double latency_sum_ms = 0;  ///< of the seconds after the stability period
    int seconds = 0;
    bool lossless = true;  ///< in these
    bool judged = false;
  };
  /// The last step down, which may turn out to have been too much.
  struct probe {
    adaptation_level from{};
    double strain_before = 0;
    std::optional<finding> failed_by;
  };
  /// What was learned from steps down that failed, and from starving.
  struct barrier {
    adaptation_level at{};  ///< that low it did not go well
    std::chrono::nanoseconds wait{};
    double strain = 0;  ///< 0: not known, or not yet
  };
  /// CPU time that the process took while all was well.
  struct cpu_need {
    adaptation_level at{};
    double cores = 0;
    double part_of_encoder = 0;
  };

  [[nodiscard]] std::vector<finding> findings_in(const adaptation_reading& reading) const;
  [[nodiscard]] stream_tuning tuning_at_level(adaptation_level level) const;

  void follow(const adaptation_reading& reading, const finding& worst, bool is_calm,
              steady_time now);
  void follow_strain(const system_reading& system);
  void follow_need(const adaptation_reading& reading);
  void follow_raise(const adaptation_reading& reading, steady_time now);
  void follow_probe(const finding& worst, steady_time now);
  [[nodiscard]] bool is_calm_for_long(steady_time now) const;
  [[nodiscard]] std::chrono::nanoseconds longer(std::chrono::nanoseconds wait) const;

  [[nodiscard]] std::optional<decision> take_back_raise(steady_time now);
  [[nodiscard]] std::optional<decision> take_back_probe(const finding& worst,
                                                        const adaptation_reading& reading,
                                                        steady_time now);
  [[nodiscard]] std::optional<decision> step_up(const finding& worst,
                                                const adaptation_reading& reading, steady_time now);
  [[nodiscard]] std::optional<decision> follow_loss(steady_time now);
  [[nodiscard]] std::optional<decision> step_down(const adaptation_reading& reading,
                                                  steady_time now);

  /// Where what is decided is not done, the source stays at the level it had.
  [[nodiscard]] adaptation_level level_in_force() const {
    return settings_.mode == adaptation_mode::watch ? no_adaptation : level_;
  }
  [[nodiscard]] double loss_to_expect_now() const;
  [[nodiscard]] double cpu_load_at(adaptation_level level, adaptation_level compared_with,
                                   double part_of_encoder) const;
  [[nodiscard]] std::optional<double> cores_needed_at(adaptation_level level) const;
  [[nodiscard]] double cpu_share_missing(const adaptation_reading& reading) const;
  [[nodiscard]] double load_at(adaptation_level level, adaptation_reason reason) const;
  [[nodiscard]] double bearable_load(adaptation_reason reason,
                                     const adaptation_reading& reading) const;
  [[nodiscard]] adaptation_level level_against(const finding& worst,
                                               const adaptation_reading& reading) const;
  [[nodiscard]] bool may_go_down_to(adaptation_level level, const adaptation_reading& reading,
                                    steady_time now) const;
  void bar_levels_that_starve(const adaptation_reading& reading);
  decision change_to(adaptation_level level, const finding& why, steady_time now);
  decision change_to(adaptation_level level, adaptation_reason reason, const finding& cause,
                     steady_time now);

  const adaptation_settings settings_;
  stream_tuning asked_for_;
  adaptation_level level_{};
  double lost_share_ = 0;           ///< smoothed
  double lost_share_in_force_ = 0;  ///< by which the error correction goes

  double latency_ms_ = 0;  ///< of the last second
  double growth_ = 0;      ///< of the latency within it

  std::optional<steady_time> changed_;
  std::optional<steady_time> calm_since_;
  std::optional<double> strain_;  ///< of these calm seconds, smoothed
  std::optional<cpu_need> need_;
  std::optional<raise> raise_;
  int step_up_ = 1;
  steady_time no_raise_before_;
  std::chrono::nanoseconds wait_to_raise_{};  ///< after the last rollback
  std::optional<probe> probe_;
  int step_down_ = 1;
  std::optional<barrier> barrier_;
};

}  // namespace troupe::telemetry
