#include "actors/telemetry/latency_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include <doctest/doctest.h>

using std::chrono::nanoseconds;
using troupe::telemetry::latency_histogram;

namespace {

/// Compares the histogram's percentiles with those of the sorted samples.
void check_against_exact(const std::function<double(std::mt19937_64&)>& draw) {
  std::mt19937_64 randomness{7};
  latency_histogram histogram;
  std::vector<double> samples;
  for (int i = 0; i < 100'000; ++i) {
    const auto sample = std::floor(std::max(0.0, draw(randomness)));
    samples.push_back(sample);
    histogram.record(nanoseconds{static_cast<std::int64_t>(sample)});
  }
  std::sort(samples.begin(), samples.end());
  for (const double percent : {0.1, 1.0, 10.0, 50.0, 90.0, 99.0, 99.9, 99.99}) {
    const auto rank = std::llround(percent * 1000);
    const auto exact = samples[static_cast<std::size_t>(rank - 1)];
    const auto found = static_cast<double>(histogram.percentile(percent).count());
    CAPTURE(percent);
    CHECK(std::abs(found - exact) <= 0.01 * exact);
  }
  CHECK(static_cast<double>(histogram.max().count()) == samples.back());
  CHECK(histogram.percentile(100) <= histogram.max());
}

}  // namespace

TEST_CASE("percentiles of a normal distribution are right within 1 %") {
  std::normal_distribution<double> distribution{60'000, 15'000};
  check_against_exact([&](auto& randomness) { return distribution(randomness); });
}

TEST_CASE("percentiles of a distribution with two peaks are right within 1 %") {
  std::normal_distribution<double> low{50'000, 2'000};
  std::normal_distribution<double> high{40'000'000, 1'000'000};
  std::bernoulli_distribution is_high{0.3};
  check_against_exact(
      [&](auto& randomness) { return is_high(randomness) ? high(randomness) : low(randomness); });
}

TEST_CASE("percentiles of a distribution with a heavy tail are right within 1 %") {
  std::lognormal_distribution<double> distribution{11, 2.5};
  check_against_exact([&](auto& randomness) { return distribution(randomness); });
}

TEST_CASE("every latency there can be is counted near its own value") {
  for (int bit = 0; bit < 63; ++bit) {
    for (const std::int64_t offset : {-1, 0, 1}) {
      const auto value = (std::int64_t{1} << bit) + offset;
      latency_histogram histogram;
      histogram.record(nanoseconds{value});
      const auto found = histogram.percentile(50).count();
      CHECK(std::abs(static_cast<double>(found - value)) <= 0.004 * static_cast<double>(value));
    }
  }
  latency_histogram histogram;
  histogram.record(nanoseconds::max());
  CHECK(histogram.max() == nanoseconds::max());
}

TEST_CASE("a percentile is a nearest rank, free of rounding") {
  latency_histogram histogram;
  for (int i = 1; i <= 1000; ++i) histogram.record(nanoseconds{i <= 999 ? 10 : 200});
  CHECK(histogram.percentile(99.9) == nanoseconds{10});
  CHECK(histogram.percentile(99.91) == nanoseconds{200});
}

TEST_CASE("a histogram without latencies answers 0, and one under 0 is counted as 0") {
  latency_histogram histogram;
  CHECK(histogram.percentile(50) == nanoseconds{0});
  CHECK(histogram.max() == nanoseconds{0});
  histogram.record(nanoseconds{-5});
  CHECK(histogram.count() == 1);
  CHECK(histogram.percentile(50) == nanoseconds{0});
}
