#include "protocol/latency_batch.hpp"

#include <vector>

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <doctest/doctest.h>

#include "tests/unit/support/allocation_counter.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

void fill(latency_notes& notes) {
  while (!notes.full()) notes.add(latency_stage::write, 1us);
}

}  // namespace

TEST_CASE("a batch holds all readings since the one before, in their order") {
  latency_notes notes;
  CHECK(notes.empty());
  notes.add(latency_stage::queue, 1us);
  notes.add(latency_stage::write, 2us);
  const auto first = notes.take();
  CHECK(notes.empty());
  notes.add(latency_stage::queue, 3us);
  const auto second = notes.take();
  REQUIRE(first.samples().size() == 2);
  CHECK(first.samples()[1] == latency_sample{latency_stage::write, 2us});
  REQUIRE(second.samples().size() == 1);
  CHECK(second.samples()[0] == latency_sample{latency_stage::queue, 3us});
}

TEST_CASE("batches that are read in time cost no memory, and those kept stay as they are") {
  latency_notes notes;
  for (int i = 0; i < 2; ++i) {
    fill(notes);
    static_cast<void>(notes.take());
  }
  const test::allocation_counter counter;
  for (int i = 0; i < 100; ++i) {
    fill(notes);
    static_cast<void>(notes.take());
  }
  CHECK(counter.allocations() == 0);
  fill(notes);
  const auto kept = notes.take();
  const auto size = kept.samples().size();
  for (int i = 0; i < 3; ++i) {
    notes.add(latency_stage::total, 5us);
    static_cast<void>(notes.take());
  }
  REQUIRE(kept.samples().size() == size);
  CHECK(kept.samples().front() == latency_sample{latency_stage::write, 1us});
}

TEST_CASE("a batch comes to another process as it was") {
  const latency_batch sent{{{latency_stage::capture, 7us}, {latency_stage::encode, 8us}}};
  std::vector<char> bytes;
  caf::binary_serializer sink{nullptr, bytes};
  REQUIRE_FALSE(sink(sent));
  latency_batch received;
  caf::binary_deserializer source{nullptr, bytes};
  REQUIRE_FALSE(source(received));
  CHECK(std::vector(received.samples().begin(), received.samples().end()) ==
        std::vector(sent.samples().begin(), sent.samples().end()));
}
