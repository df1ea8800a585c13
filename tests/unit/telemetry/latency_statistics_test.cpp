#include "actors/telemetry/latency_statistics.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace std::chrono_literals;
using telemetry::latency_statistics;

TEST_CASE("the first sample is current, average, least and greatest") {
  latency_statistics stage{latency_stage::write};
  stage.add(80us);
  const auto& summary = stage.summary();
  CHECK(summary.stage == latency_stage::write);
  CHECK(summary.count == 1);
  CHECK(summary.current == 80us);
  CHECK(summary.average == 80us);
  CHECK(summary.min == 80us);
  CHECK(summary.max == 80us);
  CHECK(summary.jitter == 0us);
}

TEST_CASE("the average moves by a tenth of the difference") {
  latency_statistics stage{latency_stage::queue};
  stage.add(100us);
  stage.add(200us);
  CHECK(stage.summary().average == 110us);
  CHECK(stage.summary().min == 100us);
  CHECK(stage.summary().max == 200us);
}

TEST_CASE("jitter is the mean difference of neighbours, smoothed by sixteenths") {
  latency_statistics stage{latency_stage::queue};
  stage.add(100us);
  stage.add(260us);
  CHECK(stage.summary().jitter == 10us);
}

TEST_CASE("the trend tells rising, falling, erratic and steady latencies apart") {
  const auto trend_after = [](auto sample_at) {
    latency_statistics stage{latency_stage::total};
    for (int i = 0; i < 300; ++i) stage.add(sample_at(i));
    return stage.summary().trend;
  };
  CHECK(trend_after([](int) { return 100us; }) == latency_trend::stable);
  CHECK(trend_after([](int i) { return std::chrono::microseconds{100 + i * 5}; }) ==
        latency_trend::increasing);
  CHECK(trend_after([](int i) { return std::chrono::microseconds{2000 - i * 5}; }) ==
        latency_trend::decreasing);
  CHECK(trend_after([](int i) { return std::chrono::microseconds{i % 2 == 0 ? 20 : 180}; }) ==
        latency_trend::volatile_);
}
