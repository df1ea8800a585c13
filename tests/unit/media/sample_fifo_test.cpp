#include "actors/media/sample_fifo.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/support/allocation_counter.hpp"

using troupe::media::sample_fifo;

TEST_CASE("a sample fifo gives samples in the order they came") {
  sample_fifo fifo;
  float written = 0;
  float read = 0;
  for (std::size_t round = 1; round < 200; ++round) {
    for (auto& sample : fifo.extend(round % 7)) sample = written++;
    const auto given = fifo.samples().first(std::min(fifo.size(), round % 5));
    for (const auto sample : given) REQUIRE(sample == read++);
    fifo.drop(given.size());
  }
  REQUIRE(fifo.size() == static_cast<std::size_t>(written - read));
  for (const auto sample : fifo.samples()) REQUIRE(sample == read++);
}

TEST_CASE("a sample fifo takes back what was not filled, and never more than there is") {
  sample_fifo fifo;
  fifo.append(std::vector<float>{1, 2, 3});
  (void)fifo.extend(5);
  fifo.retract(5);
  CHECK(std::ranges::equal(fifo.samples(), std::vector<float>{1, 2, 3}));
  fifo.drop(2);
  fifo.retract(99);
  CHECK(fifo.size() == 0);
  fifo.append(std::vector<float>{4});
  fifo.drop(99);
  CHECK(fifo.size() == 0);
}

TEST_CASE("a sample fifo that has grown does not allocate again") {
  sample_fifo fifo;
  const std::vector<float> block(960);
  const auto round = [&] {
    fifo.append(block);
    fifo.drop(fifo.size() > 4'000 ? 960 : 0);
  };
  for (int i = 0; i < 50; ++i) round();
  const troupe::test::allocation_counter counter;
  for (int i = 0; i < 1'000; ++i) round();
  CHECK(counter.allocations() == 0);
}
