#include "actors/media/media_clock.hpp"

#include <array>
#include <vector>

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::media;
using namespace std::chrono_literals;

namespace {

const steady_time steady_start{std::chrono::nanoseconds{12'345'678'901}};
const unix_time unix_start{std::chrono::nanoseconds{1'700'000'000'123'456'789}};

/// So long after the start, by the steady clock; the Unix clock was set by `set_by` in between.
moment later(std::chrono::nanoseconds time, std::chrono::nanoseconds set_by = 0ns) {
  return {.steady = steady_start + time, .in_unix = unix_start + time + set_by};
}

/// Two clocks, and a thread that is held up between its readings, so long each time.
struct held_up_reader {
  std::vector<std::chrono::nanoseconds> pauses;
  std::chrono::nanoseconds passed{};
  std::size_t readings = 0;

  moment read() {
    return read_together([this] { return steady_start + passed; },
                         [this] {
                           const auto shown = unix_start + passed;
                           if (readings < pauses.size()) passed += pauses[readings];
                           ++readings;
                           return shown;
                         });
  }
};

}  // namespace

TEST_CASE("the millionth frame is as punctual as the first") {
  media_clock clock{later(0ns)};
  for (int i = 0; i < 1'000'000; ++i) clock.advance(2'500us);
  CHECK(clock.due() == steady_start + 2'500s);
  CHECK(clock.timestamp() == unix_start + 2'500s);
}

TEST_CASE("timestamps differ by exactly the duration of the frame between, whichever it is") {
  media_clock clock{later(0ns)};
  const std::array<std::chrono::nanoseconds, 6> durations{2'500us, 5ms, 10ms, 20ms, 40ms, 60ms};
  for (int round = 0; round < 100; ++round) {
    for (const auto duration : durations) {
      const auto due = clock.due();
      const auto timestamp = clock.timestamp();
      clock.advance(duration);
      CHECK(clock.due() - due == duration);
      CHECK(clock.timestamp() - timestamp == duration);
    }
  }
  CHECK(clock.due() == steady_start + 13'750ms);
}

TEST_CASE("frames that were missed are left out, and the next one is due now") {
  media_clock clock{later(0ns)};
  clock.advance(20ms);
  CHECK(clock.slip(later(520ms)) == 500ms);
  CHECK(clock.due() == steady_start + 520ms);
  CHECK(clock.timestamp() == unix_start + 520ms);
}

TEST_CASE("a Unix clock that was set is followed, forwards and backwards") {
  media_clock clock{later(0ns)};
  clock.advance(20ms);
  CHECK(clock.follow(later(5ms, 1h)) == 1h);
  CHECK(clock.timestamp() == unix_start + 20ms + 1h);
  CHECK(clock.due() == steady_start + 20ms);
  CHECK(clock.follow(later(5ms)) == -1h);
  CHECK(clock.timestamp() == unix_start + 20ms);
}

TEST_CASE("a Unix clock that is off by no more than 100 ms is not") {
  media_clock clock{later(0ns)};
  CHECK_FALSE(clock.follow(later(0ns, 100ms)).has_value());
  CHECK_FALSE(clock.follow(later(0ns, -100ms)).has_value());
  CHECK(clock.timestamp() == unix_start);
  CHECK(clock.follow(later(0ns, 101ms)).has_value());
}

TEST_CASE("a caller that comes late is no jump of the Unix clock") {
  media_clock clock{later(0ns)};
  CHECK_FALSE(clock.follow(later(10s)).has_value());
  CHECK(clock.timestamp() == unix_start);
}

TEST_CASE("the machine's own clocks can be read together") {
  const auto before = std::chrono::steady_clock::now();
  const auto now = read_together();
  CHECK(now.steady >= before);
  CHECK(now.steady <= std::chrono::steady_clock::now());
  CHECK(std::chrono::abs(unix_now() - now.in_unix) < 10s);
}

TEST_CASE("two clocks are read once where nothing comes in between") {
  held_up_reader reader{{1ms, 150ms}};
  const auto now = reader.read();
  CHECK(reader.readings == 1);
  CHECK(now.is_sure());
  CHECK(now.steady == steady_start + 500us);
  CHECK(now.in_unix == unix_start);
}

TEST_CASE("a reading of two clocks that was held up in the middle is discarded") {
  held_up_reader reader{{150ms, 150ms}};
  const auto now = reader.read();
  CHECK(reader.readings == 3);
  CHECK(now.is_sure());
  CHECK(now.offset() == later(0ns).offset());
}

TEST_CASE("where every reading of two clocks is held up, the best counts, but tells no set clock") {
  held_up_reader reader{{150ms, 30ms, 80ms, 0ms}};
  const auto now = reader.read();
  CHECK(reader.readings == 3);
  CHECK_FALSE(now.is_sure());
  CHECK(now.steady == steady_start + 165ms);
  CHECK(now.in_unix == unix_start + 150ms);
  media_clock clock{later(0ns)};
  CHECK_FALSE(clock.follow({.steady = now.steady, .in_unix = now.in_unix + 1h, .doubt = now.doubt})
                  .has_value());
  CHECK(clock.timestamp() == unix_start);
}
