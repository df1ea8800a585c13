#include "apps/topology/running/passage.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::topology;
using namespace std::chrono_literals;

namespace {

constexpr steady_time start{1000s};

struct stage {
  passage way;
  std::mt19937_64 dice{7};
  link_quality quality;

  void put(std::size_t bytes, steady_time now = start) {
    way.put(std::vector<std::byte>(bytes), quality, dice, now);
  }
  /// When the first packet came out, which is taken out.
  steady_time take() {
    const auto due = way.due().value();
    CHECK(way.ready(due - 1ns).empty());
    way.take(way.ready(due).size());
    return due;
  }
};

}  // namespace

TEST_CASE("a link without a quality passes bytes on at once") {
  stage on;
  CHECK_FALSE(on.way.due());
  on.put(100);
  CHECK(on.way.ready(start).size() == 100);
  on.way.take(40);
  CHECK(on.way.ready(start).size() == 60);
  on.way.take(60);
  CHECK(on.way.empty());
}

TEST_CASE("delay holds each packet for its time, and order is kept when it shrinks") {
  stage on;
  on.quality.delay = 50ms;
  on.put(100);
  on.put(100, start + 10ms);
  on.quality.delay = 0ms;
  on.put(100, start + 20ms);
  CHECK(on.take() == start + 50ms);
  CHECK(on.take() == start + 60ms);
  CHECK(on.take() == start + 60ms);
}

TEST_CASE("bandwidth puts packets one behind the other, and bounds what may wait") {
  stage on;
  on.quality.bits_per_second = 80'000;
  for (int i = 0; i < 3; ++i) on.put(100);
  CHECK(on.take() == start + 10ms);
  CHECK(on.take() == start + 20ms);
  CHECK(on.take() == start + 30ms);

  const auto most = on.way.room(on.quality);
  CHECK(most < 4000);
  on.put(most, start + 1s);
  CHECK(on.way.room(on.quality) == 0);
}

TEST_CASE("what gets lost comes late, as seldom or often as said, and by the seed alone") {
  constexpr int packets = 2000;
  const auto late = [] {
    stage on;
    on.quality.loss = 0.1;
    std::vector<int> result;
    for (int i = 0; i < packets; ++i) {
      const auto now = start + i * 1h;
      on.put(100, now);
      const auto by = on.take() - now;
      if (by > 0ns) {
        CHECK(by >= passage::time_to_next_packet);
        result.push_back(i);
      }
    }
    return result;
  };
  const auto first = late();
  CHECK(first.size() > packets / 20);
  CHECK(first.size() < packets / 5);
  CHECK(first == late());
}

TEST_CASE("nothing passes a packet that got lost") {
  stage on;
  on.quality.loss = 1;
  on.put(100);
  on.quality.loss = 0;
  on.put(100);
  const auto lost = on.take();
  CHECK(lost > start + passage::retransmission_timeout);
  CHECK(on.take() == lost);
}
