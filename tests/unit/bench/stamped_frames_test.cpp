#include "apps/bench/stamped_frames.hpp"

#include <stdexcept>

#include <doctest/doctest.h>

#include "actors/delivery/frame_processor.hpp"

using namespace troupe;
using namespace troupe::bench;

TEST_CASE("stamped frames may go out, whatever their size") {
  for (const std::size_t size : {std::size_t{1}, std::size_t{320}, wire::max_payload_size}) {
    stamped_frames frames{size};
    const auto frame = frames.next();
    CHECK(frame->packet().size() == size);
    CHECK(delivery::is_valid(*frame));
  }
}

TEST_CASE("stamped frames are numbered, and stamped when they are made") {
  stamped_frames frames{320};
  const auto before = unix_now();
  const auto first = frames.next();
  const auto second = frames.next();
  CHECK(first->info().sequence == frame_sequence{0});
  CHECK(second->info().sequence == frame_sequence{1});
  CHECK(before <= first->info().captured);
  CHECK(first->info().captured <= second->info().captured);
  CHECK(stamp_in(first->packet()) == first->info().captured);
}

TEST_CASE("no more stamped frames are made than may be in use") {
  stamped_frames frames{320, 1};
  auto only = frames.next();
  CHECK(frames.next_if_free() == nullptr);
  CHECK_THROWS_AS(static_cast<void>(frames.next()), std::runtime_error);
  only.reset();
  CHECK(frames.next_if_free() != nullptr);
}
