#include "actors/telemetry/latency_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/support/allocation_counter.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using telemetry::client_statistics;
using telemetry::stage_statistics;

namespace {

constexpr steady_time start{1000s};

/// Whether a percentile of `window` is that of the sorted samples, within 1 %.
void check_percentile(nanoseconds found, const std::vector<nanoseconds>& sorted,
                      std::size_t per_mille) {
  const auto rank = (sorted.size() * per_mille + 999) / 1000;
  const auto exact = static_cast<double>(sorted.at(rank - 1).count());
  CAPTURE(per_mille);
  CHECK(std::abs(static_cast<double>(found.count()) - exact) <= 0.01 * exact);
}

void check_window(const latency_window& window, std::vector<nanoseconds> samples) {
  std::sort(samples.begin(), samples.end());
  REQUIRE(window.count == samples.size());
  CHECK(window.min == samples.front());
  CHECK(window.max == samples.back());
  check_percentile(window.p50, samples, 500);
  check_percentile(window.p95, samples, 950);
  check_percentile(window.p99, samples, 990);
  check_percentile(window.p999, samples, 999);
}

/// A minute and a half of 50 frames a second: the windows say what their own samples say.
template <class Statistics>
void check_against_exact(const std::function<double(std::mt19937_64&)>& draw) {
  std::mt19937_64 randomness{7};
  Statistics stage{latency_stage::total};
  std::vector<nanoseconds> all;
  std::vector<std::size_t> first_of_second;
  for (int second = 0; second < 90; ++second) {
    stage.pass(start + std::chrono::seconds{second});
    first_of_second.push_back(all.size());
    for (int i = 0; i < 50; ++i) {
      all.emplace_back(std::llround(std::max(0.0, draw(randomness))));
      stage.add(all.back());
    }
  }
  stage.pass(start + 90s);
  const auto summary = stage.summary();
  const auto since = [&](std::size_t second) {
    return std::vector<nanoseconds>{all.begin() + std::ptrdiff_t(first_of_second.at(second)),
                                    all.end()};
  };
  check_window(summary.since_start, all);
  check_window(summary.last_second, since(89));
  // Three columns are full, the fourth has just begun.
  check_window(summary.last_minute, since(45));
}

void check_both_kinds(const std::function<double(std::mt19937_64&)>& draw) {
  check_against_exact<stage_statistics>(draw);
  check_against_exact<client_statistics>(draw);
}

void add_many(stage_statistics& stage, int count, const std::function<nanoseconds(int)>& sample) {
  for (int i = 0; i < count; ++i) stage.add(sample(i));
}

latency_trend trend_after(const std::function<nanoseconds(int)>& sample) {
  stage_statistics stage{latency_stage::total};
  add_many(stage, 300, sample);
  return stage.summary().trend;
}

}  // namespace

TEST_CASE("percentiles of a normal latency are within 1 % of the truth in all three windows") {
  std::normal_distribution<double> distribution{6e6, 1.5e6};
  check_both_kinds([&](auto& randomness) { return distribution(randomness); });
}

TEST_CASE("percentiles of a latency with two peaks are within 1 % of the truth") {
  std::normal_distribution<double> low{50'000, 2'000};
  std::normal_distribution<double> high{40'000'000, 1'000'000};
  std::bernoulli_distribution is_high{0.3};
  check_both_kinds(
      [&](auto& randomness) { return is_high(randomness) ? high(randomness) : low(randomness); });
}

TEST_CASE("percentiles of a latency with a heavy tail are within 1 % of the truth") {
  std::lognormal_distribution<double> distribution{11, 2.5};
  check_both_kinds([&](auto& randomness) { return distribution(randomness); });
}

TEST_CASE("a latency of any size is told within 1 %") {
  for (int bit = 0; bit < 63; ++bit) {
    for (const std::int64_t offset : {-1, 0, 1}) {
      const auto value = (std::int64_t{1} << bit) + offset;
      const auto found = telemetry::latency_buckets::middle_of(
                             telemetry::latency_buckets::bucket_of(nanoseconds{value}))
                             .count();
      CAPTURE(value);
      CHECK(std::abs(static_cast<double>(found - value)) <=
            std::max(0.01 * static_cast<double>(value), 1.0));  // whole nanoseconds
    }
  }
  CHECK(telemetry::latency_buckets::bucket_of(nanoseconds::max()) <
        telemetry::latency_buckets::count);
}

TEST_CASE("the first reading is current, average, least and greatest") {
  stage_statistics stage{latency_stage::write};
  stage.add(80us);
  const auto summary = stage.summary();
  CHECK(summary.stage == latency_stage::write);
  CHECK(summary.since_start.count == 1);
  CHECK(summary.current == 80us);
  CHECK(summary.average == 80us);
  CHECK(summary.since_start.min == 80us);
  CHECK(summary.since_start.max == 80us);
  CHECK(summary.since_start.p999 == 80us);
  CHECK(summary.jitter == 0us);
}

TEST_CASE("the average moves by a tenth of the difference") {
  stage_statistics stage{latency_stage::queue};
  stage.add(100us);
  stage.add(200us);
  CHECK(stage.average() == 110us);
  CHECK(stage.summary().since_start.mean == 150us);
}

TEST_CASE("jitter is the mean difference of neighbours, smoothed by sixteenths") {
  stage_statistics stage{latency_stage::queue};
  stage.add(100us);
  stage.add(260us);
  CHECK(stage.jitter() == 10us);
  CHECK(stage.summary().since_start.jitter == 80us);
}

TEST_CASE("the trend tells rising, falling, erratic and steady latencies apart") {
  CHECK(trend_after([](int) { return 100us; }) == latency_trend::stable);
  CHECK(trend_after([](int i) { return 100us + i * 5us; }) == latency_trend::increasing);
  CHECK(trend_after([](int i) { return 2000us - i * 5us; }) == latency_trend::decreasing);
  CHECK(trend_after([](int i) { return i % 2 == 0 ? 20us : 180us; }) == latency_trend::volatile_);
}

TEST_CASE("a second's trend is against its minute, and a minute's is that of its halves") {
  stage_statistics stage{latency_stage::total};
  for (int second = 0; second < 60; ++second) {
    stage.pass(start + std::chrono::seconds{second});
    add_many(stage, 50, [](int) { return 1ms; });
  }
  stage.pass(start + 60s);
  CHECK(stage.summary().last_second.trend == latency_trend::stable);
  CHECK(stage.summary().last_minute.trend == latency_trend::stable);
  add_many(stage, 50, [](int) { return 2ms; });
  stage.pass(start + 61s);
  CHECK(stage.summary().last_second.trend == latency_trend::increasing);
  for (int second = 61; second < 80; ++second) {
    add_many(stage, 50, [](int) { return 2ms; });
    stage.pass(start + std::chrono::seconds{second + 1});
  }
  CHECK(stage.summary().last_minute.trend == latency_trend::increasing);
}

TEST_CASE("looks that come late lose no reading") {
  stage_statistics stage{latency_stage::total};
  auto now = start;
  stage.pass(now);
  for (const auto late : {1020ms, 1020ms, 1500ms, 2400ms, 1000ms}) {
    for (int i = 0; i < 300; ++i) {
      add_many(stage, 50, [](int) { return 5ms; });
      stage.pass(now += late);
      REQUIRE(stage.last_second().count == 50);
    }
  }
}

TEST_CASE("a look in time after one that came late ends a second as well") {
  stage_statistics stage{latency_stage::total};
  stage.pass(start);
  stage.add(1ms);
  stage.pass(start + 1200ms);
  stage.add(2ms);
  stage.pass(start + 2s);
  CHECK(stage.summary().last_second.count == 1);
  CHECK(stage.summary().last_second.max == 2ms);
}

TEST_CASE("what is over leaves the windows, however long nobody looked") {
  stage_statistics stage{latency_stage::total};
  stage.pass(start);
  add_many(stage, 50, [](int) { return 300ms; });
  stage.pass(start + 1s);
  CHECK(stage.last_second().p99 > 297ms);
  stage.pass(start + 2s);
  CHECK(stage.last_second().count == 0);
  CHECK(stage.summary().last_minute.count == 50);
  stage.pass(start + 61s);
  CHECK(stage.summary().last_minute.count == 0);
  add_many(stage, 50, [](int) { return 5ms; });
  stage.pass(start + 1h);
  CHECK(stage.last_second().count == 0);
  stage.pass(start + 1h + 2min);
  CHECK(stage.summary().last_minute.count == 0);
  CHECK(stage.summary().since_start.count == 100);
}

TEST_CASE("the memory is that of the latencies there are, and does not grow with time") {
  std::mt19937_64 randomness{3};
  std::uniform_real_distribution<double> power{std::log2(0.3e6), std::log2(10e6)};
  client_statistics client{latency_stage::total};
  const auto hear_a_minute = [&](int minute) {
    for (int second = 0; second < 60; ++second) {
      client.pass(start + std::chrono::minutes{minute} + std::chrono::seconds{second});
      for (int i = 0; i < 50; ++i)
        client.add(nanoseconds{std::llround(std::exp2(power(randomness)))});
    }
  };
  hear_a_minute(0);
  CHECK(client.bytes() < 4 * 1024);
  const auto before = client.bytes();
  test::allocation_counter counter;
  for (int minute = 1; minute < 30; ++minute) hear_a_minute(minute);
  CHECK(counter.allocations() == 0);
  CHECK(client.bytes() == before);
}

TEST_CASE("a client's count that has no room to grow stays, and no percentile goes astray") {
  client_statistics client{latency_stage::total};
  client.pass(start);
  for (int i = 0; i < 100'000; ++i) client.add(1ms);
  client.pass(start + 1s);
  CHECK(client.last_second().count == 100'000);
  CHECK(client.last_second().p999 == 1ms);
}
