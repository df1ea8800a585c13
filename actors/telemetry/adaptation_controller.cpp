#include "actors/telemetry/adaptation_controller.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "actors/telemetry/adaptation_levels.hpp"
#include "protocol/wire.hpp"

namespace troupe::telemetry {
namespace {

using std::chrono::nanoseconds;

/// A model is not exact: so much of what there is may be planned with.
constexpr double usable_share = 0.85;
constexpr int longest_step = 4;
/// What went wrong is not tried again for so long, and for longer if it goes wrong again.
constexpr int first_wait_in_cooldowns = 4;
constexpr int longest_wait_in_cooldowns = 16;
/// A raise is judged by at least so many seconds.
constexpr int seconds_to_judge = 3;
constexpr double worse = 1.1;
constexpr double strain_is_less = 0.5;
constexpr double strain_gain = 0.2;
/// A lesser one comes and goes by itself.
constexpr double least_strain = 0.05;
constexpr double loss_gain = 0.2;
constexpr double need_gain = 0.2;
/// Where it is not known, the encoder is taken to have this part of a node's CPU time.
constexpr double usual_part_of_encoder = 0.7;
/// A process that is starved for so long gets all that there is for it.
constexpr double starved_share = 0.5;
/// What the error correction is set to expect: it changes in steps, not with every reading.
constexpr std::array loss_steps{0.01, 0.02, 0.05, 0.1, 0.2, 0.3};

double latency_ms(const adaptation_reading& reading) {
  return reading.latency ? to_milliseconds(reading.latency->mean) : 0;
}

/// How much further behind a stream was at the end of a second in which it fell behind, in seconds:
/// the share of the second's sound that it had no time for. Of even growth the mean is in the
/// middle; of one late frame it hardly moves. Expects that there is a latency.
double growth_in(const adaptation_reading& reading) {
  const std::chrono::duration<double> growth = 2 * (reading.latency->mean - reading.latency->min);
  return std::clamp(growth.count(), 0.0, 1.0);
}

/// How hard it is for this process to get the CPU: 0 is not at all.
double strain_in(const system_reading& system) {
  return system.run_queue_delay.value_or(0.0) + system.quota_exhausted.value_or(0.0) +
         system.cpu_pressure.value_or(0.0);
}

/// The next step that is no less; 0 where hardly anything gets lost.
double loss_to_expect(double lost_share, double threshold) {
  if (lost_share <= threshold) return 0;
  const auto* const found = std::lower_bound(loss_steps.begin(), loss_steps.end(), lost_share);
  return found == loss_steps.end() ? loss_steps.back() : *found;
}

adaptation_level higher(adaptation_level level, int steps, adaptation_level most) {
  return level_of(std::min(to_number(level) + steps, to_number(most)));
}

adaptation_level lower(adaptation_level level, int steps) {
  return level_of(std::max(to_number(level) - steps, 0));
}

}  // namespace

double starvation_in(const system_reading& system) {
  return std::max(system.quota_exhausted.value_or(0.0), system.run_queue_delay.value_or(0.0));
}

adaptation_controller::adaptation_controller(const adaptation_settings& settings,
                                             const stream_tuning& asked_for)
    : settings_(settings), asked_for_(asked_for) {}

stream_tuning adaptation_controller::tuning_at_level(adaptation_level level) const {
  return tuning_at(level, asked_for_, settings_.limits, lost_share_in_force_);
}

std::vector<adaptation_controller::finding> adaptation_controller::findings_in(
    const adaptation_reading& reading) const {
  const auto found = [this](adaptation_reason reason, double value, double threshold) {
    return finding{reason, value, threshold, settings_.calm_share * threshold};
  };
  std::vector<finding> result{
      found(adaptation_reason::missed, reading.missed_share, settings_.missed_share),
      found(adaptation_reason::dropped, reading.dropped_share, settings_.dropped_share)};
  if (reading.encoder_share)  // what it would be a level lower is known: see may_go_down_to
    result.push_back({adaptation_reason::encoder, *reading.encoder_share, settings_.encoder_share,
                      settings_.encoder_share});
  const auto& limits = settings_.latency;
  if (reading.queueing)
    result.push_back({adaptation_reason::queue, to_milliseconds(*reading.queueing),
                      to_milliseconds(limits.average), to_milliseconds(limits.target)});
  if (!reading.latency) return result;
  result.push_back({adaptation_reason::latency, latency_ms(reading),
                    to_milliseconds(limits.average), to_milliseconds(limits.target)});
  result.push_back(found(adaptation_reason::peak, to_milliseconds(reading.latency->max),
                         to_milliseconds(limits.peak)));
  result.push_back(found(adaptation_reason::jitter, to_milliseconds(reading.latency->jitter),
                         to_milliseconds(limits.jitter)));
  return result;
}

std::optional<adaptation_controller::decision> adaptation_controller::look(
    const adaptation_reading& reading, steady_time now) {
  const auto findings = findings_in(reading);
  const auto worst =
      *std::max_element(findings.begin(), findings.end(),
                        [](const auto& a, const auto& b) { return a.severity() < b.severity(); });
  const bool is_calm = std::all_of(findings.begin(), findings.end(), [](const auto& each) {
    return each.reading <= each.calm_up_to;
  });
  follow(reading, worst, is_calm, now);
  if (changed_ && now - *changed_ < settings_.cooldown) return std::nullopt;
  if (auto back = take_back_raise(now)) return back;
  if (auto back = take_back_probe(worst, reading, now)) return back;
  if (worst.is_trouble()) return step_up(worst, reading, now);
  if (auto loss = follow_loss(now)) return loss;
  return step_down(reading, now);
}

// -- what is learned from each second -----------------------------------------

void adaptation_controller::follow(const adaptation_reading& reading, const finding& worst,
                                   bool is_calm, steady_time now) {
  lost_share_ += (reading.lost_share - lost_share_) * loss_gain;
  const auto latency_before_ms = std::exchange(latency_ms_, latency_ms(reading));
  growth_ = latency_ms_ > latency_before_ms ? growth_in(reading) : 0;
  if (is_calm) {
    if (!calm_since_) {
      calm_since_ = now;
      strain_.reset();
    }
    follow_strain(reading.system);
    follow_need(reading);
  } else {
    calm_since_.reset();
  }
  if (is_calm_for_long(now)) {
    wait_to_raise_ = {};
    if (barrier_ && barrier_->strain == 0) barrier_->strain = strain_.value_or(0.0);
  }
  follow_raise(reading, now);
  follow_probe(worst, now);
}

/// While the process is starved still, it catches up.
void adaptation_controller::follow_strain(const system_reading& system) {
  if (starvation_in(system) > starved_share) return;
  const auto strain = strain_in(system);
  strain_ = strain_ ? *strain_ + (strain - *strain_) * strain_gain : strain;
}

/// Of an encoder that has nothing to do, nothing is learned.
void adaptation_controller::follow_need(const adaptation_reading& reading) {
  const auto cores = reading.system.process_cpu.value_or(0.0);
  if (cores <= 0 || !reading.encoder_share) return;
  const auto part = std::clamp(*reading.encoder_share / cores, 0.0, 1.0);
  const auto level = level_in_force();
  if (!need_ || need_->at != level) {
    need_ = cpu_need{.at = level, .cores = cores, .part_of_encoder = part};
    return;
  }
  need_->cores += (cores - need_->cores) * need_gain;
  need_->part_of_encoder += (part - need_->part_of_encoder) * need_gain;
}

/// The wait after another failure.
nanoseconds adaptation_controller::longer(nanoseconds wait) const {
  return wait == nanoseconds{0} ? first_wait_in_cooldowns * settings_.cooldown
                                : longest_wait_in_cooldowns * settings_.cooldown;
}

bool adaptation_controller::is_calm_for_long(steady_time now) const {
  return calm_since_ && now - *calm_since_ >= settings_.stability;
}

void adaptation_controller::follow_raise(const adaptation_reading& reading, steady_time now) {
  if (!raise_ || raise_->judged || now - raise_->when < settings_.stability) return;
  raise_->latency_sum_ms += latency_ms(reading);
  raise_->lossless = raise_->lossless && reading.missed_share <= settings_.missed_share &&
                     reading.dropped_share <= settings_.dropped_share;
  ++raise_->seconds;
}

/// A step down has gone well once it has been calm for long; until then any trouble counts.
void adaptation_controller::follow_probe(const finding& worst, steady_time now) {
  if (!probe_ || probe_->failed_by) return;
  if (worst.is_trouble()) {
    probe_->failed_by = worst;
    step_down_ = 1;
    barrier_ = barrier{.at = barrier_ ? std::max(level_, barrier_->at) : level_,
                       .wait = longer(barrier_ ? barrier_->wait : nanoseconds{0}),
                       .strain = probe_->strain_before};
  } else if (is_calm_for_long(now) && now - *changed_ >= settings_.stability) {
    const bool is_through = barrier_ && level_ <= barrier_->at;
    if (is_through) barrier_.reset();  // it is not known what is behind it
    step_down_ = is_through ? 1 : std::min(2 * step_down_, longest_step);
    probe_.reset();
  }
}

// -- what is to be done -------------------------------------------------------

adaptation_controller::decision adaptation_controller::change_to(adaptation_level level,
                                                                 const finding& why,
                                                                 steady_time now) {
  return change_to(level, why.reason, why, now);
}

adaptation_controller::decision adaptation_controller::change_to(adaptation_level level,
                                                                 adaptation_reason reason,
                                                                 const finding& cause,
                                                                 steady_time now) {
  const decision result{.from = level_,
                        .to = level,
                        .reason = reason,
                        .cause = cause.reason,
                        .reading = cause.reading,
                        .threshold = cause.threshold};
  level_ = level;
  lost_share_in_force_ = loss_to_expect_now();
  changed_ = now;
  calm_since_.reset();  // it is to be calm at the new level
  return result;
}

/// Frames get through, but late: so it is the longer frames and queues that do it.
std::optional<adaptation_controller::decision> adaptation_controller::take_back_raise(
    steady_time now) {
  if (!raise_ || raise_->judged || raise_->seconds < seconds_to_judge) return std::nullopt;
  raise_->judged = true;
  const auto latency = raise_->latency_sum_ms / raise_->seconds;
  const auto limit = to_milliseconds(settings_.rollback_latency);
  const bool did_harm =
      latency > limit && latency > worse * raise_->latency_before_ms && raise_->lossless;
  if (!did_harm) return std::nullopt;
  wait_to_raise_ = longer(wait_to_raise_);
  no_raise_before_ = now + wait_to_raise_;
  step_up_ = 1;
  return change_to(raise_->from, {adaptation_reason::rollback, latency, limit}, now);
}

/// Unless it has been calm for long meanwhile.
std::optional<adaptation_controller::decision> adaptation_controller::take_back_probe(
    const finding& worst, const adaptation_reading& reading, steady_time now) {
  if (!probe_ || !probe_->failed_by || is_calm_for_long(now)) return std::nullopt;
  auto level = probe_->from;
  if (worst.is_trouble()) {
    level = std::max(level, level_against(worst, reading));
    bar_levels_that_starve(reading);
  }
  const auto cause = *probe_->failed_by;
  probe_.reset();
  return change_to(level, adaptation_reason::relapse, cause, now);
}

std::optional<adaptation_controller::decision> adaptation_controller::step_up(
    const finding& worst, const adaptation_reading& reading, steady_time now) {
  if (level_ >= settings_.limits.max_level || now < no_raise_before_) return std::nullopt;
  const bool last_was_too_little = raise_ && now - raise_->when < 2 * settings_.cooldown;
  step_up_ = last_was_too_little ? std::min(2 * step_up_, longest_step) : 1;
  const auto level = level_against(worst, reading);
  if (level == level_) return std::nullopt;
  bar_levels_that_starve(reading);
  raise_ = raise{.when = now, .from = level_, .latency_before_ms = latency_ms(reading)};
  probe_.reset();
  step_down_ = 1;
  return change_to(level, worst, now);
}

/// More than was expected is followed, less when it is less than half of that.
double adaptation_controller::loss_to_expect_now() const {
  const auto wanted = loss_to_expect(lost_share_, settings_.lost_share);
  const bool is_less = wanted < lost_share_in_force_ && lost_share_ > lost_share_in_force_ / 2;
  return is_less ? lost_share_in_force_ : wanted;
}

std::optional<adaptation_controller::decision> adaptation_controller::follow_loss(steady_time now) {
  if (loss_to_expect_now() == lost_share_in_force_) return std::nullopt;
  return change_to(level_, {adaptation_reason::loss, lost_share_, settings_.lost_share}, now);
}

std::optional<adaptation_controller::decision> adaptation_controller::step_down(
    const adaptation_reading& reading, steady_time now) {
  if (level_ == no_adaptation || !is_calm_for_long(now)) return std::nullopt;
  auto level = lower(level_, step_down_);
  while (level < level_ && !may_go_down_to(level, reading, now)) level = higher(level, 1, level_);
  if (level == level_) return std::nullopt;
  probe_ = probe{.from = level_, .strain_before = strain_.value_or(0.0), .failed_by = {}};
  raise_.reset();
  const auto seconds = [](nanoseconds time) { return std::chrono::duration<double>{time}.count(); };
  return change_to(
      level, {adaptation_reason::calm, seconds(now - *calm_since_), seconds(settings_.stability)},
      now);
}

// -- the model ----------------------------------------------------------------

/// CPU time at `level`, as a part of what it is at the other one.
double adaptation_controller::cpu_load_at(adaptation_level level, adaptation_level compared_with,
                                          double part_of_encoder) const {
  const auto here = tuning_at_level(compared_with).codec;
  const auto there = tuning_at_level(level).codec;
  const auto encoding = encoder_cost(there) / encoder_cost(here);
  const auto frames = std::chrono::duration<double>{here.frame_duration} / there.frame_duration;
  return part_of_encoder * encoding + (1 - part_of_encoder) * frames;
}

std::optional<double> adaptation_controller::cores_needed_at(adaptation_level level) const {
  if (!need_) return std::nullopt;
  return need_->cores * cpu_load_at(level, need_->at, need_->part_of_encoder);
}

/// Of what is needed now.
double adaptation_controller::cpu_share_missing(const adaptation_reading& reading) const {
  const auto needed = cores_needed_at(level_in_force());
  const auto given = reading.system.process_cpu;
  if (!needed || !given || starvation_in(reading.system) <= starved_share) return 0;
  return std::clamp(1 - *given / *needed, 0.0, 1.0);
}

/// What the trouble is about would be so much at `level`, compared with now.
double adaptation_controller::load_at(adaptation_level level, adaptation_reason reason) const {
  const auto now = tuning().codec;
  const auto then = tuning_at_level(level).codec;
  if (reason == adaptation_reason::encoder) return encoder_cost(then) / encoder_cost(now);
  if (reason == adaptation_reason::dropped || reason == adaptation_reason::queue) {
    constexpr auto header_bits = 8.0 * wire::header_size;
    const auto bits_per_second = [](const codec_settings& codec) {
      return codec.bitrate_bps +
             header_bits / std::chrono::duration<double>{codec.frame_duration}.count();
    };
    return bits_per_second(then) / bits_per_second(now);
  }
  if (need_) return *cores_needed_at(level) / *cores_needed_at(level_);
  return cpu_load_at(level, level_, usual_part_of_encoder);
}

/// What there is for it, compared with what it would need now.
double adaptation_controller::bearable_load(adaptation_reason reason,
                                            const adaptation_reading& reading) const {
  switch (reason) {
    case adaptation_reason::encoder:
      return usable_share * settings_.encoder_share / *reading.encoder_share;
    case adaptation_reason::dropped:
    case adaptation_reason::queue:
      return usable_share * (1 - reading.dropped_share);
    default:
      return usable_share * (1 - std::max(reading.missed_share, growth_));
  }
}

/// The lowest level above this one that is enough; where none is, the lowest that is as good as
/// any. This one if no other is better.
adaptation_level adaptation_controller::level_against(const finding& worst,
                                                      const adaptation_reading& reading) const {
  const auto most = settings_.limits.max_level;
  const auto bearable = bearable_load(worst.reason, reading);
  const auto best = load_at(most, worst.reason);
  auto level = higher(level_, step_up_, most);
  const auto is_starving = cpu_share_missing(reading) > 0;
  const auto is_fed_at = [&](adaptation_level candidate) {
    if (!is_starving) return true;
    const auto usable = usable_share * *reading.system.process_cpu;
    return *cores_needed_at(candidate) <= std::max(usable, *cores_needed_at(most));
  };
  const auto is_enough = [&](adaptation_level candidate) {
    return load_at(candidate, worst.reason) <= std::max(bearable, best) && is_fed_at(candidate);
  };
  while (level < most && !is_enough(level)) level = higher(level, 1, most);
  while (level > level_ && load_at(lower(level, 1), worst.reason) <= best &&
         is_fed_at(lower(level, 1)))
    level = lower(level, 1);
  return level;
}

bool adaptation_controller::may_go_down_to(adaptation_level level,
                                           const adaptation_reading& reading,
                                           steady_time now) const {
  const auto encoding = encoder_cost(tuning_at_level(level).codec) / encoder_cost(tuning().codec);
  if (reading.encoder_share &&
      *reading.encoder_share * encoding > usable_share * settings_.encoder_share)
    return false;
  if (!barrier_ || level > barrier_->at) return true;
  if (strain_ && barrier_->strain > least_strain && *strain_ < strain_is_less * barrier_->strain)
    return true;
  const bool is_no_further_than_it_must = level == std::min(barrier_->at, lower(level_, 1));
  return is_no_further_than_it_must && now - *changed_ >= barrier_->wait;
}

/// All that need more than there is.
void adaptation_controller::bar_levels_that_starve(const adaptation_reading& reading) {
  if (cpu_share_missing(reading) <= 1 - usable_share) return;
  const auto most = settings_.limits.max_level;
  const auto starves = [&, given = *reading.system.process_cpu](adaptation_level level) {
    return *cores_needed_at(level) > given;
  };
  auto level = level_;
  while (level < most && starves(higher(level, 1, most))) level = higher(level, 1, most);
  const auto known = barrier_.value_or(barrier{});
  barrier_ = barrier{.at = std::max(level, known.at),
                     .wait = std::max(known.wait, longer(nanoseconds{0})),
                     .strain = 0};
}

}  // namespace troupe::telemetry
