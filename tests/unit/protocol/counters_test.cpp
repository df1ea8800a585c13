#include "protocol/counters.hpp"

#include <cstdint>
#include <set>
#include <stdexcept>
#include <string_view>

#include <doctest/doctest.h>

#include "protocol/latency.hpp"

namespace troupe {
namespace {

/// Whether each of the first `count` values has a name of its own, and no value after them has one.
template <class Enum>
bool all_named(std::size_t count) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < count; ++i) names.insert(to_string(static_cast<Enum>(i)));
  return names.size() == count && !names.contains("unknown") &&
         to_string(static_cast<Enum>(count)) == "unknown";
}

TEST_CASE("every cause, kind of error and stage has a name and a counter of its own") {
  CHECK(all_named<drop_cause>(drop_cause_count));
  CHECK(all_named<protocol_error>(protocol_error_count));
  CHECK(all_named<latency_stage>(latency_stage_count));
  CHECK(all_named<latency_trend>(4));
}

TEST_CASE("a counter set counts each cause by itself and adds them up") {
  drop_counters drops;
  CHECK(drops.total() == 0);
  ++drops[drop_cause::queue_full];
  drops[drop_cause::connection_failed] += 5;
  CHECK(drops[drop_cause::queue_full] == 1);
  CHECK(drops[drop_cause::connection_failed] == 5);
  CHECK(drops[drop_cause::shutdown] == 0);
  CHECK(drops.total() == 6);
}

TEST_CASE("a counter set refuses a cause that there is not") {
  drop_counters drops;
  CHECK_THROWS_AS(++drops[static_cast<drop_cause>(drop_cause_count)], std::out_of_range);
}

/// Counters that differ in every field, so that a forgotten or a mistaken one shows.
delivery_counters distinct_counters() {
  delivery_counters result;
  std::uint64_t next = 1;
  result.frames_offered = next++;
  result.frames_delivered = next++;
  result.frames_queued = next++;
  result.bytes_sent = next++;
  result.messages_received = next++;
  for (auto& count : result.frames_dropped.counts) count = next++;
  for (auto& count : result.protocol_errors.counts) count = next++;
  return result;
}

TEST_CASE("adding one client's account to another adds every field") {
  auto sum = distinct_counters();
  sum += distinct_counters();
  CHECK(sum.frames_offered == 2);
  CHECK(sum.frames_delivered == 4);
  CHECK(sum.frames_queued == 6);
  CHECK(sum.bytes_sent == 8);
  CHECK(sum.messages_received == 10);
  const auto once = distinct_counters();
  for (std::size_t i = 0; i < drop_cause_count; ++i)
    CHECK(sum.frames_dropped.counts.at(i) == 2 * once.frames_dropped.counts.at(i));
  for (std::size_t i = 0; i < protocol_error_count; ++i)
    CHECK(sum.protocol_errors.counts.at(i) == 2 * once.protocol_errors.counts.at(i));
}

TEST_CASE("accounts are equal only when every field is") {
  CHECK(distinct_counters() == distinct_counters());
  auto other = distinct_counters();
  ++other.protocol_errors[protocol_error::unexpected_frame];
  CHECK_FALSE(other == distinct_counters());
}

}  // namespace
}  // namespace troupe
