#include "apps/listen/gap_finder.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::listening;
using namespace std::chrono_literals;

namespace {

/// Feeds a gap finder with times and writes down what it says: "frame" or "2 missing, frame".
class gap_log {
 public:
  void arrive(std::chrono::microseconds time, std::chrono::nanoseconds duration = 20ms) {
    finder_.arrive({.packet = {}, .captured = start + time, .duration = duration, .received = {}});
  }
  void release() { finder_.release(); }

  std::uint64_t frames = 0;
  std::uint64_t missing = 0;
  std::vector<std::uint64_t> missing_before;

 private:
  static constexpr unix_time start{1'700'000'000s};
  gap_finder finder_{[this](const arrived_frame&, const gap& before) {
    ++frames;
    missing += before.frames;
    missing_before.push_back(before.frames);
  }};
};

}  // namespace

TEST_CASE("frames that follow each other leave no gap") {
  gap_log log;
  for (int i = 0; i < 100; ++i) log.arrive(i * 20ms);
  CHECK(log.frames == 100);
  CHECK(log.missing == 0);
}

TEST_CASE("frames that are missing are counted where they are missing") {
  gap_log log;
  for (const int i : {0, 1, 2, 4, 5, 9, 10}) log.arrive(i * 20ms);
  CHECK(log.missing_before == std::vector<std::uint64_t>{0, 0, 0, 1, 0, 3, 0});
}

TEST_CASE("a gap right after a gap is found") {
  gap_log log;
  for (const int i : {0, 2, 4, 5}) log.arrive(i * 20ms);
  CHECK(log.missing_before == std::vector<std::uint64_t>{0, 1, 1, 0});
}

TEST_CASE("times that wobble by less than half a frame leave no gap") {
  gap_log log;
  for (int i = 0; i < 100; ++i) log.arrive(i * 20ms + (i % 2 == 0 ? -4ms : 4ms));
  CHECK(log.frames == 100);
  CHECK(log.missing == 0);
}

TEST_CASE("a node that stamps frames when it writes and was held up has lost nothing") {
  gap_log log;
  for (int i = 0; i < 10; ++i) log.arrive(i * 20ms);
  // Held up for 120 ms, it writes five frames in one go and is back in time then.
  for (int i = 10; i < 16; ++i) log.arrive(15 * 20ms + i * 100us);
  for (int i = 16; i < 20; ++i) log.arrive(i * 20ms);
  CHECK(log.frames == 20);
  CHECK(log.missing == 0);
}

TEST_CASE("a node that was held up and did lose frames has lost just those") {
  gap_log log;
  for (int i = 0; i < 10; ++i) log.arrive(i * 20ms);
  for (int i = 12; i < 16; ++i) log.arrive(15 * 20ms + i * 100us);
  for (int i = 16; i < 20; ++i) log.arrive(i * 20ms);
  CHECK(log.frames == 18);
  CHECK(log.missing == 2);
}

TEST_CASE("a node that gets back in time little by little has lost nothing") {
  gap_log log;
  for (int i = 0; i < 10; ++i) log.arrive(i * 20ms);
  for (int i = 0; i < 4; ++i) log.arrive((10 + i) * 20ms + (28 - 7 * i) * 1ms);
  for (int i = 14; i < 20; ++i) log.arrive(i * 20ms);
  CHECK(log.frames == 20);
  CHECK(log.missing == 0);
}

TEST_CASE("frames that stay out of step are not kept for long") {
  gap_log log;
  log.arrive(0ms);
  for (int i = 0; i < 20; ++i) log.arrive(100ms + i * 20ms + (i % 2 == 0 ? 0ms : 6ms));
  CHECK(log.frames == 21);
  CHECK(log.missing == 4);
}

TEST_CASE("a frame after a gap is kept until the next one or the end") {
  gap_log log;
  log.arrive(0ms);
  log.arrive(60ms);
  CHECK(log.frames == 1);
  log.release();
  CHECK(log.frames == 2);
  CHECK(log.missing == 2);
  log.release();
  CHECK(log.frames == 2);
}

TEST_CASE("times that stand still or go back lose no frame and make no gap") {
  gap_log log;
  log.arrive(1000ms);
  log.arrive(1000ms);
  log.arrive(0ms);
  log.arrive(20ms);
  CHECK(log.frames == 4);
  CHECK(log.missing == 0);
}

TEST_CASE("a gap is measured in frames as long as the one before it") {
  gap_log log;
  log.arrive(0ms, 5ms);
  log.arrive(20ms, 20ms);
  log.arrive(40ms, 20ms);
  CHECK(log.missing == 3);
}

TEST_CASE("times from one end of the range to the other do no harm") {
  gap_log log;
  gap_finder finder{[&](const arrived_frame&, const gap& before) { log.missing += before.frames; }};
  const auto at = [&](std::int64_t ns) {
    finder.arrive({{}, unix_time{std::chrono::nanoseconds{ns}}, 2500us, {}});
  };
  for (int i = 0; i < 10; ++i) {
    at(0);
    at(std::int64_t{1} << 62);
  }
  finder.release();
  CHECK(log.missing > 0);
}

TEST_CASE("no more than 500 frames are kept, whatever their times are") {
  gap_log log;
  log.arrive(0ms);
  for (int i = 0; i < 2000; ++i) log.arrive(std::chrono::hours{1} + i * 1us);
  CHECK(log.frames >= 1501);
}
