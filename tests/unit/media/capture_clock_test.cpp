#include "actors/media/capture_clock.hpp"

#include <array>
#include <random>

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::media;
using namespace std::chrono_literals;

namespace {

constexpr unix_time start{std::chrono::nanoseconds{1'700'000'000'123'456'789}};

/// When the Unix clock shows `time`; it was set by `set_by` since the start.
moment at(unix_time time, std::chrono::nanoseconds set_by = 0ns) {
  return {.steady = steady_time{time.time_since_epoch() - set_by}, .in_unix = time};
}

/// Stamps a frame as soon as all of it is there.
unix_time stamp(capture_clock& clock, unix_time estimate, std::chrono::nanoseconds duration,
                std::chrono::nanoseconds set_by = 0ns) {
  return clock.stamp(estimate, duration, at(estimate + duration, set_by));
}

/// The furthest that neighbours were from a frame's duration, and the last from the truth.
struct deviations {
  std::chrono::nanoseconds step{};
  std::chrono::nanoseconds truth{};
};

template <class Noise>
deviations run(std::chrono::nanoseconds frame, std::chrono::nanoseconds real_frame, int frames,
               Noise noise) {
  capture_clock clock;
  auto truth = start;
  auto last = stamp(clock, truth, frame);
  deviations result;
  for (int i = 1; i < frames; ++i) {
    truth += real_frame;
    const auto stamped = stamp(clock, truth + noise(), frame);
    result.step = std::max(result.step, std::chrono::abs(stamped - last - frame));
    result.truth = std::chrono::abs(stamped - truth);
    last = stamped;
  }
  return result;
}

}  // namespace

TEST_CASE("the first estimate is believed") {
  capture_clock clock;
  CHECK(stamp(clock, start, 20ms) == start);
}

TEST_CASE("estimates that jitter by milliseconds make even timestamps") {
  std::mt19937 random{7};
  std::uniform_int_distribution<int> jitter_us{0, 8'000};
  for (const std::chrono::nanoseconds frame : {2'500us, 20'000us, 60'000us}) {
    const auto worst =
        run(frame, frame, 10'000, [&] { return std::chrono::microseconds{jitter_us(random)}; });
    CHECK(worst.step <= 500us);
    CHECK(worst.truth < 8ms);
  }
}

TEST_CASE("a device whose clock is off by 200 millionths is followed") {
  const auto worst = run(20ms, 20ms + 4us, 30'000, [] { return 0ns; });
  CHECK(worst.step < 10us);
  CHECK(worst.truth < 100us);
}

TEST_CASE("an error of up to 50 ms is worked off in small steps") {
  capture_clock clock;
  auto last = stamp(clock, start, 20ms);
  for (int i = 1; i <= 200; ++i) {
    const auto stamped = stamp(clock, start + i * 20ms + 49ms, 20ms);
    REQUIRE(std::chrono::abs(stamped - last - 20ms) <= 500us);
    last = stamped;
  }
  CHECK(std::chrono::abs(last - (start + 200 * 20ms + 49ms)) < 1ms);
}

TEST_CASE("an estimate that is later by more is a gap and is stamped as it is") {
  capture_clock clock;
  (void)stamp(clock, start, 20ms);
  CHECK(stamp(clock, start + 20ms + 51ms, 20ms) == start + 71ms);
}

TEST_CASE("timestamps of a writer that is ahead of time never go back, however far it is") {
  capture_clock clock;
  auto last = stamp(clock, start, 20ms);
  for (int i = 1; i <= 100'000; ++i) {
    const auto now = start + i * 1ms;
    const auto stamped = clock.stamp(now - 5ms, 20ms, at(now));
    REQUIRE(stamped - last >= 19'500us);
    REQUIRE(stamped - last <= 20ms);
    last = stamped;
  }
}

TEST_CASE("a Unix clock that was set is followed at once, forwards and backwards") {
  capture_clock clock;
  (void)stamp(clock, start, 20ms);
  CHECK(stamp(clock, start + 20ms + 1h, 20ms, 1h) == start + 20ms + 1h);
  CHECK(stamp(clock, start + 40ms - 200ms, 20ms, -200ms) == start + 40ms - 200ms);
  CHECK(stamp(clock, start + 60ms - 1h, 20ms, -1h) == start + 60ms - 1h);
}

TEST_CASE("it is followed also where the writer is ahead of time") {
  capture_clock clock;
  (void)clock.stamp(start, 20ms, at(start));
  const auto ahead = clock.stamp(start, 20ms, at(start));
  CHECK(ahead == start + 19'500us);
  CHECK(clock.stamp(start - 1h, 20ms, at(start - 1h, -1h)) == ahead + 19'500us - 1h);
}

TEST_CASE("a Unix clock that was set just after an estimate costs no more than a small step") {
  for (const std::chrono::nanoseconds set_by : {1h, -1h}) {
    capture_clock clock;
    (void)stamp(clock, start, 20ms);
    const auto stamped = clock.stamp(start + 20ms, 20ms, at(start + 40ms + set_by, set_by));
    CHECK(std::chrono::abs(stamped - (start + 20ms + set_by)) <= 500us);
    const auto next = stamp(clock, start + 40ms + set_by, 20ms, set_by);
    CHECK(std::chrono::abs(next - stamped - 20ms) <= 500us);
  }
}

TEST_CASE("a Unix clock is not thought to be set where both clocks were not read together") {
  capture_clock clock;
  (void)stamp(clock, start, 20ms);
  const moment unsure{.steady = at(start + 40ms).steady, .in_unix = start + 190ms, .doubt = 300ms};
  CHECK(clock.stamp(start + 20ms, 20ms, unsure) == start + 20ms);
  CHECK(stamp(clock, start + 40ms, 20ms) == start + 40ms);
}

TEST_CASE("a Unix clock that drifts away from the steady one was not set") {
  capture_clock clock;
  auto last = stamp(clock, start, 20ms);
  for (int i = 1; i <= 50'000; ++i) {
    const auto drift = i * 10us;  // half a second at the end
    const auto stamped = stamp(clock, start + i * 20ms + drift, 20ms, drift);
    REQUIRE(std::chrono::abs(stamped - last - 20ms) <= 500us);
    last = stamped;
  }
  CHECK(std::chrono::abs(last - (start + 50'000 * 20ms + 500ms)) < 1ms);
}

TEST_CASE("after an interruption even a small gap is stamped as it is") {
  capture_clock clock;
  (void)stamp(clock, start, 20ms);
  clock.restart();
  CHECK(stamp(clock, start + 20ms + 10ms, 20ms) == start + 30ms);
  clock.restart();
  CHECK(stamp(clock, start, 20ms) == start);
}
