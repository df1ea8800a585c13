#include "actors/media/capture_clock.hpp"

#include <array>
#include <random>

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::media;
using namespace std::chrono_literals;

namespace {

constexpr unix_time start{std::chrono::nanoseconds{1'700'000'000'123'456'789}};

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
  auto last = clock.stamp(truth, frame);
  deviations result;
  for (int i = 1; i < frames; ++i) {
    truth += real_frame;
    const auto stamped = clock.stamp(truth + noise(), frame);
    result.step = std::max(result.step, std::chrono::abs(stamped - last - frame));
    result.truth = std::chrono::abs(stamped - truth);
    last = stamped;
  }
  return result;
}

}  // namespace

TEST_CASE("the first estimate is believed") {
  capture_clock clock;
  CHECK(clock.stamp(start, 20ms) == start);
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
  auto last = clock.stamp(start, 20ms);
  for (int i = 1; i <= 200; ++i) {
    const auto stamped = clock.stamp(start + i * 20ms + 49ms, 20ms);
    REQUIRE(std::chrono::abs(stamped - last - 20ms) <= 500us);
    last = stamped;
  }
  CHECK(std::chrono::abs(last - (start + 200 * 20ms + 49ms)) < 1ms);
}

TEST_CASE("a greater error is a gap and is stamped as it is") {
  capture_clock clock;
  (void)clock.stamp(start, 20ms);
  CHECK(clock.stamp(start + 20ms + 51ms, 20ms) == start + 71ms);
  CHECK(clock.stamp(start - 1h, 20ms) == start - 1h);
}

TEST_CASE("after an interruption even a small gap is stamped as it is") {
  capture_clock clock;
  (void)clock.stamp(start, 20ms);
  clock.restart();
  CHECK(clock.stamp(start + 20ms + 10ms, 20ms) == start + 30ms);
}
