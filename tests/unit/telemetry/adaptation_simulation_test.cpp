#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/telemetry/adaptation_plant.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using telemetry::adaptation_controller;
using test::adaptation_plant;
using test::plant_conditions;
using test::plant_machine;

namespace {

/// What is given in each second.
using trace = std::function<plant_conditions(int second)>;

/// A small device, which encodes with a third of its core and has little left for more.
constexpr plant_machine small_device{.encoder = 0.1, .per_frame = 0.0005};

stream_tuning asked_for_of(int complexity, int bitrate_bps) {
  stream_tuning result;
  result.codec.complexity = complexity;
  result.codec.bitrate_bps = bitrate_bps;
  return result;
}

struct scenario {
  plant_machine machine = small_device;
  stream_tuning asked_for = asked_for_of(10, 96'000);
  adaptation_settings settings;
  int seconds = 600;
  /// The readings are of the second before the last one, and after a change of two more.
  bool readings_lag = false;
  trace given = [](int) { return plant_conditions{}; };
};

struct outcome {
  double cost = 0;
  double cost_of_off = 0;
  std::vector<int> levels;   ///< in each second
  std::vector<int> changes;  ///< the seconds in which there was one
  bool kept_limits = true;
  bool kept_cooldown = true;

  [[nodiscard]] int highest() const { return *std::max_element(levels.begin(), levels.end()); }
  [[nodiscard]] int last() const { return levels.back(); }
  [[nodiscard]] int last_change() const { return changes.empty() ? 0 : changes.back(); }
};

bool is_within(const stream_tuning& set, const stream_tuning& asked_for,
               const adaptation_limits& limits) {
  const auto& codec = set.codec;
  const auto& wanted = asked_for.codec;
  return !codec.complaint() && codec.complexity <= wanted.complexity &&
         codec.complexity >= std::min(wanted.complexity, limits.min_complexity) &&
         codec.bitrate_bps <= wanted.bitrate_bps &&
         codec.bitrate_bps >= std::min(wanted.bitrate_bps, limits.min_bitrate_bps) &&
         codec.frame_duration >= wanted.frame_duration &&
         codec.frame_duration <= std::max(wanted.frame_duration, limits.max_frame_duration) &&
         set.delivery.queue_frames >= limits.min_queue_frames &&
         set.delivery.queue_frames <= limits.max_queue_frames &&
         set.delivery.socket_buffer_bytes >= limits.min_socket_buffer_bytes &&
         set.delivery.socket_buffer_bytes <= limits.max_socket_buffer_bytes;
}

/// Whether there is trouble to be met: it goes on, or comes again within a cooldown (nothing can be
/// done about what is over when it is seen), and some level would have lessened it.
bool has_trouble(const scenario& played) {
  constexpr double noticeable = 0.02;
  const auto reach = static_cast<int>(played.settings.cooldown / 1s);
  const auto costs_at = [&](adaptation_level level) {
    adaptation_plant plant{played.machine};
    const auto set = telemetry::tuning_at(level, played.asked_for, played.settings.limits, 0);
    std::vector<double> result;
    for (int second = 0; second < played.seconds; ++second)
      result.push_back(plant.run(set, played.given(second)).cost());
    return result;
  };
  const auto sum = [](const auto& costs) {
    return std::accumulate(costs.begin(), costs.end(), 0.0);
  };
  const auto costs = costs_at(no_adaptation);
  int troubled = 0;
  int last = -reach;
  for (int second = 0; second < played.seconds; ++second) {
    if (costs.at(static_cast<std::size_t>(second)) < noticeable) continue;
    if (second - last < reach) ++troubled;
    last = second;
  }
  if (troubled < 5) return false;
  for (int level = 1; level <= to_number(played.settings.limits.max_level); ++level)
    if (sum(costs_at(level_of(level))) < 0.95 * sum(costs)) return true;
  return false;
}

outcome play(const scenario& played) {
  outcome result;
  adaptation_plant adapted{played.machine};
  adaptation_plant left_alone{played.machine};
  adaptation_controller controller{played.settings, played.asked_for};
  telemetry::adaptation_reading lagging;
  std::optional<steady_time> last_change;
  steady_time now{1000s};
  for (int second = 0; second < played.seconds; ++second, now += 1s) {
    const auto given = played.given(second);
    result.cost_of_off += left_alone.run(played.asked_for, given).cost();
    const auto heard = adapted.run(controller.tuning(), given);
    result.cost += heard.cost();
    const auto reading = std::exchange(lagging, heard.reading);
    const bool is_blind =
        played.readings_lag && (second == 0 || (last_change && now - *last_change <= 2s));
    if (!is_blind && controller.look(played.readings_lag ? reading : heard.reading, now)) {
      if (last_change && now - *last_change < played.settings.cooldown)
        result.kept_cooldown = false;
      last_change = now;
      result.changes.push_back(second);
    }
    const auto set = controller.tuning();
    result.kept_limits = result.kept_limits &&
                         controller.level() <= played.settings.limits.max_level &&
                         is_within(set, played.asked_for, played.settings.limits);
    result.levels.push_back(to_number(controller.level()));
  }
  return result;
}

bool is_between(int second, int from, int to) { return second >= from && second < to; }

plant_conditions with_cpu(double cpu) {
  plant_conditions result;
  result.cpu = cpu;
  return result;
}

void check_rules(const outcome& result) {
  CHECK(result.kept_limits);
  CHECK(result.kept_cooldown);
}

/// What a node needs of a core at complexity 10 on the small device is 0.35.
scenario cpu_taken_away(std::function<double(int)> cpu) {
  scenario result;
  result.given = [=](int second) { return with_cpu(cpu(second)); };
  return result;
}

/// As random as the days of a device are.
class random_scenarios {
 public:
  explicit random_scenarios(std::uint64_t seed) : random_(seed) {}

  scenario next() {
    scenario result;
    result.machine = {.encoder = uniform(0.001, 0.12), .per_frame = uniform(0.00005, 0.002)};
    result.asked_for = asked_for_of(integer(0, 10), integer(24, 256) * 1000);
    result.asked_for.codec.frame_duration =
        std::array<std::chrono::microseconds, 4>{5ms, 10ms, 20ms, 40ms}.at(
            static_cast<std::size_t>(integer(0, 3)));
    result.settings.cooldown = std::array{5s, 10s, 30s}.at(static_cast<std::size_t>(integer(0, 2)));
    result.settings.stability = result.settings.cooldown / 3;
    result.settings.limits.min_bitrate_bps = integer(8, 64) * 1000;
    result.settings.limits.max_level = level_of(integer(4, 8));
    result.readings_lag = integer(0, 1) == 1;
    result.given = [episodes = episodes()](int second) {
      plant_conditions all;
      for (const auto& each : episodes) each(second, all);
      return all;
    };
    return result;
  }

 private:
  using episode = std::function<void(int second, plant_conditions& conditions)>;

  double uniform(double least, double most) {
    return std::uniform_real_distribution<double>{least, most}(random_);
  }
  int integer(int least, int most) {
    return std::uniform_int_distribution<int>{least, most}(random_);
  }

  std::vector<episode> episodes() {
    std::vector<episode> result;
    for (int i = integer(0, 3); i > 0; --i) result.push_back(one_episode());
    return result;
  }

  /// How much of its full strength an episode has in a second, 0 to 1.
  std::function<double(int)> shape() {
    const int from = integer(10, 150);
    const int to = from + integer(5, 120);
    const int period = integer(2, 40);
    switch (integer(0, 3)) {
      case 0:  // step
        return [=](int second) { return is_between(second, from, to) ? 1.0 : 0.0; };
      case 1:  // ramp
        return [=](int second) {
          return is_between(second, from, to) ? double(second - from) / (to - from) : 0.0;
        };
      case 2:  // bursts
        return [=](int second) {
          return is_between(second, from, to) && second % period == 0 ? 1.0 : 0.0;
        };
      default:  // square wave
        return [=](int second) {
          return is_between(second, from, to) && second / period % 2 == 0 ? 1.0 : 0.0;
        };
    }
  }

  episode one_episode() {
    const auto strength = shape();
    switch (integer(0, 3)) {
      case 0: {
        const auto stolen = uniform(0.1, 0.99);
        return [=](int second, auto& all) {
          all.cpu = std::max(0.005, all.cpu - stolen * strength(second));
        };
      }
      case 1: {
        const auto bandwidth = uniform(16'000, 300'000);
        return [=](int second, auto& all) {
          if (strength(second) > 0.5) all.bandwidth_bps = std::min(all.bandwidth_bps, bandwidth);
        };
      }
      case 2: {
        const auto lost = uniform(0.0, 0.2);
        return [=](int second, auto& all) { all.lost_share += lost * strength(second); };
      }
      default: {
        const auto hiccup = uniform(0.0, 1.0);
        return [=](int second, auto& all) { all.hiccup_s += hiccup * strength(second); };
      }
    }
  }

  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("without trouble the level stays 0, and nothing is changed") {
  const auto result = play({});
  CHECK(result.changes.empty());
  CHECK(result.cost == result.cost_of_off);
}

TEST_CASE("when the CPU is taken away at once the level follows, and goes back to 0 afterwards") {
  const auto result =
      play(cpu_taken_away([](int second) { return is_between(second, 60, 180) ? 0.2 : 1.0; }));
  check_rules(result);
  CHECK(result.highest() >= 3);
  CHECK(result.last() == 0);
  CHECK(result.cost < result.cost_of_off / 10);
}

TEST_CASE(
    "a starved process goes at once to a level that fits, little as it has fallen behind, and to "
    "none that does not while the strain stays") {
  constexpr double left = 0.015;
  scenario played;
  played.machine = {.encoder = 0.008, .per_frame = 0.0002};
  adaptation_controller controller{played.settings, played.asked_for};
  const auto second_at_ease = [&] {
    return adaptation_plant{played.machine}.run(controller.tuning(), {}).reading;
  };
  const auto needed = [&] { return *second_at_ease().system.process_cpu; };
  steady_time now{1000s};
  for (int second = 0; second < 10; ++second, now += 1s)
    static_cast<void>(controller.look(second_at_ease(), now));
  REQUIRE(needed() > 2 * left);
  auto reading = second_at_ease();
  reading.latency->jitter = 30ms;
  reading.system.process_cpu = left;
  reading.system.quota_exhausted = 1;
  static_cast<void>(controller.look(reading, now));
  CHECK(needed() <= left);

  for (const auto end = now + 4 * played.settings.cooldown; (now += 1s) < end;) {
    reading = second_at_ease();
    reading.system.cpu_pressure = 1;
    static_cast<void>(controller.look(reading, now));
    CHECK(needed() <= left);
  }
  for (int second = 0; second < 300; ++second, now += 1s)
    static_cast<void>(controller.look(second_at_ease(), now));
  CHECK(controller.level() == no_adaptation);
}

TEST_CASE("a starved process stays at its level where the limits leave none that needs less") {
  scenario played;
  played.asked_for = asked_for_of(0, 24'000);
  played.settings.limits.min_bitrate_bps = 24'000;
  played.settings.limits.max_frame_duration = 20ms;
  adaptation_controller controller{played.settings, played.asked_for};
  steady_time now{1000s};
  auto reading = adaptation_plant{played.machine}.run(controller.tuning(), {}).reading;
  static_cast<void>(controller.look(reading, now));
  reading.latency->jitter = 30ms;
  *reading.system.process_cpu /= 2;
  reading.system.quota_exhausted = 1;
  static_cast<void>(controller.look(reading, now + 1s));
  CHECK(controller.level() == no_adaptation);
}

TEST_CASE("when the CPU goes bit by bit the level follows, and goes back to 0 afterwards") {
  const auto result = play(cpu_taken_away([](int second) {
    return is_between(second, 60, 180) ? 1 - 0.9 * (second - 60) / 120 : 1.0;
  }));
  check_rules(result);
  CHECK(result.last() == 0);
  CHECK(result.cost < result.cost_of_off / 3);
}

TEST_CASE("bursts of trouble raise the level and keep it until they are over") {
  const auto result = play(cpu_taken_away(
      [](int second) { return is_between(second, 60, 300) && second % 10 < 4 ? 0.1 : 1.0; }));
  check_rules(result);
  CHECK(result.last() == 0);
  CHECK(result.cost < result.cost_of_off / 2);
}

TEST_CASE("a square wave near the threshold does not make the level swing with it") {
  for (const int period : {5, 15, 35, 60}) {
    auto played =
        cpu_taken_away([=](int second) { return second / period % 2 == 0 ? 0.36 : 0.33; });
    played.seconds = 3600;
    const auto result = play(played);
    CAPTURE(period);
    check_rules(result);
    CHECK(result.changes.size() <= 12);
    CHECK(result.cost <= result.cost_of_off);
  }
}

TEST_CASE("under constant conditions the level settles: no change for ten cooldowns") {
  const auto check_settles = [](plant_conditions given) {
    scenario played;
    played.given = [=](int) { return given; };
    played.seconds = 60 * 60;
    const auto result = play(played);
    check_rules(result);
    int settled_after = 0;
    for (const int change : result.changes)
      if (change - settled_after < 10 * 30) settled_after = change;
    CHECK(settled_after < 40 * 30);  // it is found within forty cooldowns
    CHECK(result.cost <= result.cost_of_off);
  };
  for (double cpu = 0.02; cpu < 1; cpu += 0.01) {
    CAPTURE(cpu);
    check_settles({.cpu = cpu});
  }
  for (double bandwidth = 8'000; bandwidth < 150'000; bandwidth += 2'000) {
    CAPTURE(bandwidth);
    check_settles({.bandwidth_bps = bandwidth});
    check_settles({.cpu = 0.3, .bandwidth_bps = bandwidth});
  }
  for (double lost = 0; lost < 0.4; lost += 0.01) {
    CAPTURE(lost);
    check_settles({.lost_share = lost});
  }
  for (double hiccup = 0; hiccup < 1; hiccup += 0.05) {
    CAPTURE(hiccup);
    check_settles({.hiccup_s = hiccup});
  }
}

TEST_CASE("a link that is too narrow for the bitrate gets less, and in the end again all of it") {
  scenario played;
  played.given = [](int second) {
    plant_conditions given;
    if (is_between(second, 60, 240)) given.bandwidth_bps = 50'000;
    return given;
  };
  const auto result = play(played);
  check_rules(result);
  CHECK(result.highest() >= 5);
  CHECK(result.last() == 0);
  CHECK(result.cost < result.cost_of_off / 5);
}

TEST_CASE("where a link loses frames the error correction expects it, and the level stays 0") {
  scenario played;
  played.given = [](int second) {
    plant_conditions given;
    if (is_between(second, 60, 240)) given.lost_share = 0.08;
    return given;
  };
  const auto result = play(played);
  check_rules(result);
  CHECK(result.highest() == 0);
  CHECK(result.cost < result.cost_of_off / 2);
}

TEST_CASE(
    "in 10,000 random traces the rules are kept, trouble costs less than it would, and all is "
    "as before in the end") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  constexpr int traces = 500;
#else
  constexpr int traces = 10'000;
#endif
  random_scenarios scenarios{20261125};
  constexpr double rounding = 1e-9;
  int with_trouble = 0;
  int better = 0;
  int dearer_without_trouble = 0;
  int dearer_all_the_same = 0;  ///< where no level would have helped
  int not_back = 0;
  int broken_rules = 0;
  double cost = 0;
  double cost_of_off = 0;
  for (int i = 0; i < traces; ++i) {
    auto played = scenarios.next();
    // Trouble is over after 270 s; a step down waits for 16 cooldowns at most.
    played.seconds = 300 + 40 * static_cast<int>(played.settings.cooldown / 1s);
    const auto result = play(played);
    if (!result.kept_limits || !result.kept_cooldown) ++broken_rules;
    if (has_trouble(played)) {
      ++with_trouble;
      if (result.cost < result.cost_of_off) ++better;
      cost += result.cost;
      cost_of_off += result.cost_of_off;
    } else if (result.cost > result.cost_of_off + rounding) {
      (result.cost_of_off == 0 ? dearer_without_trouble : dearer_all_the_same) += 1;
    }
    if (result.last() != 0) ++not_back;
  }
  MESSAGE(with_trouble << " with trouble, of which " << better << " cost less; " << cost
                       << " lost seconds in the place of " << cost_of_off);
  CHECK(with_trouble > traces / 10);
  CHECK(broken_rules == 0);
  CHECK(dearer_without_trouble == 0);
  CHECK(dearer_all_the_same <= traces / 1000);
  CHECK(better >= 0.99 * with_trouble);
  CHECK(not_back == 0);
}
