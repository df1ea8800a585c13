#include "actors/delivery/client_tuner.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace std::chrono_literals;
using delivery::client_tuner;

namespace {

constexpr delivery_tuning usual{};
constexpr delivery_tuning least{.queue_frames = 3, .socket_buffer_bytes = 32 * 1024};
constexpr client_tuner::second all_well{.offered = 50, .dropped = 0, .caught_up = true};
constexpr client_tuner::second burst{.offered = 50, .dropped = 5, .caught_up = true};
constexpr client_tuner::second never_empty{.offered = 50, .dropped = 5, .caught_up = false};

struct second_by_second {
  bool look(const client_tuner::second& last) { return tuner.look(last, now += 1s); }
  void look(int seconds, const client_tuner::second& last) {
    for (int i = 0; i < seconds; ++i) look(last);
  }

  client_tuner tuner{{}, usual};
  steady_time now{1000s};
};

}  // namespace

TEST_CASE("a client in step has what all have") {
  second_by_second it;
  it.look(100, all_well);
  CHECK(it.tuner.pace() == client_pace::steady);
  CHECK(it.tuner.tuning() == usual);
}

TEST_CASE("a client that never catches up gets the least room, at once") {
  second_by_second it;
  CHECK(it.look(never_empty));
  CHECK(it.tuner.pace() == client_pace::slow);
  CHECK(it.tuner.tuning() == least);
  CHECK_FALSE(it.look(never_empty));
}

TEST_CASE(
    "a client that misses more than a quarter of its frames is slow, although it catches up") {
  second_by_second it;
  CHECK(it.look({.offered = 50, .dropped = 13, .caught_up = true}));
  CHECK(it.tuner.pace() == client_pace::slow);
}

TEST_CASE("a client with bursts gets more room until it is enough, and if it never is, the least") {
  second_by_second it;
  CHECK(it.look(burst));
  CHECK(it.tuner.pace() == client_pace::bursty);
  CHECK(it.tuner.tuning() ==
        delivery_tuning{.queue_frames = 12, .socket_buffer_bytes = 256 * 1024});
  it.look(9, burst);
  CHECK(it.tuner.tuning().queue_frames == 12);
  it.look(burst);
  CHECK(it.tuner.tuning().queue_frames == 20);
  it.look(client_tuner::bad_seconds - 1, burst);
  CHECK(it.tuner.pace() == client_pace::bursty);
  it.look(burst);
  CHECK(it.tuner.pace() == client_pace::slow);
  CHECK(it.tuner.tuning() == least);
}

TEST_CASE("a single burst now and then does not make a client slow that has the most room") {
  second_by_second it;
  it.look(11, burst);
  REQUIRE(it.tuner.tuning().queue_frames == 20);
  for (int i = 0; i < 20; ++i) {
    it.look(burst);
    it.look(8, all_well);
  }
  CHECK(it.tuner.pace() == client_pace::bursty);
}

TEST_CASE("a client whose bursts come again keeps its room for longer each time") {
  second_by_second it;
  int changes = 0;
  for (int second = 0; second < 3600; ++second)
    changes += it.look(second % 15 == 0 ? burst : all_well) ? 1 : 0;
  CHECK(changes < 20);
  CHECK(it.tuner.pace() == client_pace::bursty);
  it.look(10 * client_tuner::longest_wait, all_well);
  CHECK(it.tuner.pace() == client_pace::steady);
}

TEST_CASE("with a short stability period, too, a client that misses some each second is slow") {
  for (const auto stability : {1s, 2s, 3s, 5s}) {
    client_tuner tuner{{.stability = stability}, usual};
    steady_time now{1000s};
    for (int second = 0; second < 60 && tuner.pace() != client_pace::slow; ++second)
      tuner.look(burst, now += 1s);
    CAPTURE(stability.count());
    CHECK(tuner.pace() == client_pace::slow);
  }
}

TEST_CASE("a client that large bursts made slow is tried again, ever more seldom") {
  second_by_second it;
  constexpr client_tuner::second large_burst{.offered = 50, .dropped = 20, .caught_up = true};
  int times_slow = 0;
  for (int second = 0; second < 3600; ++second) {
    const auto before = it.tuner.pace();
    it.look(second % 15 == 0 ? large_burst : all_well);
    times_slow += before != client_pace::slow && it.tuner.pace() == client_pace::slow ? 1 : 0;
  }
  CHECK(times_slow >= 8);
  CHECK(times_slow < 30);
}

TEST_CASE("a client that has been in step for long has again what all have") {
  second_by_second it;
  it.look(never_empty);
  it.look(9, all_well);
  CHECK(it.tuner.pace() == client_pace::slow);
  CHECK(it.look(all_well));
  CHECK(it.tuner.pace() == client_pace::steady);
  CHECK(it.tuner.tuning() == usual);
}

TEST_CASE("what all have may change: who is in step follows, who is not does so later") {
  second_by_second it;
  const delivery_tuning other{.queue_frames = 4, .socket_buffer_bytes = 64 * 1024};
  CHECK(it.tuner.set_usual(other));
  CHECK(it.tuner.tuning() == other);
  it.look(never_empty);
  CHECK_FALSE(it.tuner.set_usual(usual));
  CHECK(it.tuner.tuning() == least);
  it.look(10, all_well);
  CHECK(it.tuner.tuning() == usual);
}

TEST_CASE("off, nothing is told or done, while watching it is told, and nothing done") {
  client_tuner off{{.mode = adaptation_mode::off}, usual};
  CHECK_FALSE(off.look(never_empty, steady_time{1s}));
  CHECK(off.pace() == client_pace::steady);
  client_tuner watching{{.mode = adaptation_mode::watch}, usual};
  CHECK(watching.look(never_empty, steady_time{1s}));
  CHECK(watching.pace() == client_pace::slow);
  CHECK(watching.tuning() == usual);
}

TEST_CASE("room that was asked for beyond the limits is kept") {
  client_tuner small{{}, {.queue_frames = 1, .socket_buffer_bytes = 4096}};
  CHECK(small.look(never_empty, steady_time{1s}));
  CHECK(small.tuning() == delivery_tuning{.queue_frames = 1, .socket_buffer_bytes = 4096});
  client_tuner large{{}, {.queue_frames = 500, .socket_buffer_bytes = 1 << 20}};
  large.look(burst, steady_time{1s});
  CHECK(large.tuning() == delivery_tuning{.queue_frames = 500, .socket_buffer_bytes = 1 << 20});
}
