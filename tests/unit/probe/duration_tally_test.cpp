#include "actors/probe/duration_tally.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory_resource>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "actors/probe/duration_histogram.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using probe::duration_buckets;
using probe::duration_histogram;
using probe::duration_tally;
using std::chrono::nanoseconds;

namespace {

duration_tally tally_of(const std::vector<nanoseconds>& durations) {
  duration_histogram histogram{*std::pmr::get_default_resource()};
  for (const auto each : durations) histogram.add(each);
  duration_tally result;
  histogram.add_to(result);
  return result;
}

/// Within an eighth, which is the width of a bucket.
bool is_near(nanoseconds found, nanoseconds exact) {
  const auto difference = found > exact ? found - exact : exact - found;
  return difference * 8 <= exact;
}

}  // namespace

TEST_CASE("each duration lies in its bucket, and buckets lie side by side") {
  for (const std::int64_t value : {0L, 1L, 7L, 8L, 9L, 15L, 16L, 17L, 1000L, 123456789L,
                                   3'600'000'000'000L, (1L << 62) + 12345L}) {
    CAPTURE(value);
    const auto place = duration_buckets::of(nanoseconds{value});
    const auto begin = duration_buckets::begin_of(place);
    CHECK(begin <= nanoseconds{value});
    CHECK(nanoseconds{value} - begin < duration_buckets::width_of(place));
    CHECK(place.octave < duration_buckets::octaves);
    CHECK(place.bucket < duration_buckets::per_octave);
  }
}

TEST_CASE("count, sum and maximum are exact, quantiles within a bucket") {
  std::mt19937_64 random{1};
  std::exponential_distribution<double> heavy{1.0 / 50'000};
  std::vector<nanoseconds> durations;
  nanoseconds sum{};
  for (int i = 0; i < 100'000; ++i) {
    durations.emplace_back(static_cast<std::int64_t>(heavy(random)) + 100);
    sum += durations.back();
  }
  const auto tally = tally_of(durations);
  std::sort(durations.begin(), durations.end());
  CHECK(tally.count() == 100'000);
  CHECK(tally.total() == sum);
  CHECK(tally.max() == durations.back());
  CHECK(tally.mean() == sum / 100'000);
  for (const double share : {0.5, 0.95, 0.99, 0.999}) {
    const auto exact = durations.at(static_cast<std::size_t>(share * 100'000) - 1);
    CAPTURE(share);
    CHECK(is_near(tally.quantile(share), exact));
  }
}

TEST_CASE("of what is always the same, the quantiles are no more than the maximum") {
  const auto tally = tally_of(std::vector<nanoseconds>(1000, 5ms));
  CHECK(tally.quantile(0.99) <= 5ms);
  CHECK(is_near(tally.quantile(0.5), 5ms));
}

TEST_CASE("nothing counted says nothing") {
  const duration_tally none;
  CHECK(none.count() == 0);
  CHECK(none.mean() == 0ns);
  CHECK(none.quantile(0.5) == 0ns);
}

TEST_CASE("tallies add up to that of all") {
  auto sum = tally_of({1us, 2us});
  sum += tally_of({3us});
  sum += duration_tally{};
  CHECK(sum.count() == 3);
  CHECK(sum.total() == 6us);
  CHECK(sum.max() == 3us);
  CHECK(is_near(sum.quantile(0.5), 2us));
}
