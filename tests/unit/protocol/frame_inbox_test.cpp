#include "protocol/frame_inbox.hpp"

#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "protocol/frame_pool.hpp"
#include "tests/unit/support/allocation_counter.hpp"

using namespace troupe;

namespace {

frame_ptr frame_of(std::uint64_t sequence) {
  const std::vector<std::byte> packet(3, std::byte{0xFC});
  return make_frame(
      packet, {.sequence = frame_sequence{sequence}, .captured = {}, .encoded = {}, .format = {}});
}

std::vector<std::uint64_t> numbers_to(std::uint64_t end) {
  std::vector<std::uint64_t> result;
  for (std::uint64_t i = 0; i < end; ++i) result.push_back(i);
  return result;
}

/// An inbox whose owner acts when the test says so.
struct quiet_owner final : wakeable {
  void wake(caf::execution_unit*) override { ++times_woken; }
  void post(std::uint64_t sequence) { inbox->post(frame_of(sequence), *this, nullptr); }
  void act() {
    inbox->take_all(
        [&](const frame_ptr& frame) { taken.push_back(to_number(frame->info().sequence)); });
  }

  frame_inbox_ptr inbox = caf::make_counted<frame_inbox>();
  std::vector<std::uint64_t> taken;
  int times_woken = 0;
};

}  // namespace

TEST_CASE("an inbox's owner is woken up for a frame, and takes all that wait in order") {
  quiet_owner it;
  for (std::uint64_t i = 0; i < 5; ++i) it.post(i);
  CHECK(it.times_woken == 5);
  CHECK(it.inbox->unseen() == 5);
  it.act();
  it.act();
  CHECK(it.taken == numbers_to(5));
  CHECK(it.inbox->unseen() == 0);
  it.post(5);
  it.act();
  CHECK(it.taken == numbers_to(6));
}

TEST_CASE("a full inbox leaves new frames out, and knows how many its owner has not heard of") {
  quiet_owner it;
  for (std::uint64_t i = 0; i < frame_inbox::capacity + 3; ++i) it.post(i);
  CHECK(it.inbox->unseen() == frame_inbox::capacity + 3);
  it.act();
  CHECK(it.taken == numbers_to(frame_inbox::capacity));
  CHECK(it.inbox->unseen() == 3);
  it.post(100);
  CHECK(it.inbox->unseen() == 1);  // its number tells of the gap
  CHECK(it.inbox->posted() == frame_inbox::capacity + 4);
}

TEST_CASE("an inbox lets go of the frames that wait when it goes") {
  frame_pool pool;
  auto frame = std::move(*pool.acquire()).finish(3, {});
  const auto* const address = frame.get();
  {
    quiet_owner it;
    it.inbox->post(frame, it, nullptr);
    frame = nullptr;
  }
  CHECK(std::move(*pool.acquire()).finish(3, {}).get() == address);  // it had come back
}

TEST_CASE("posting a frame and taking it allocates nothing") {
  quiet_owner it;
  it.taken.reserve(100);
  const auto frame = frame_of(1);
  const test::allocation_counter counter;
  for (int i = 0; i < 100; ++i) {
    it.inbox->post(frame, it, nullptr);
    it.act();
  }
  CHECK(counter.allocations() == 0);
  CHECK(it.taken.size() == 100);
}

TEST_CASE("frames cross threads by an inbox, in order, none twice") {
  constexpr std::uint64_t count = 200'000;
  quiet_owner it;
  it.taken.reserve(count);
  struct : wakeable {
    void wake(caf::execution_unit*) override {}
  } busy;  // it looks without being told to
  const std::vector<frame_ptr> frames = [] {
    std::vector<frame_ptr> all;
    for (std::uint64_t i = 0; i < count; ++i) all.push_back(frame_of(i));
    return all;
  }();
  std::thread poster{[&] {
    for (const auto& each : frames) {
      while (it.inbox->unseen() == frame_inbox::capacity) std::this_thread::yield();
      it.inbox->post(each, busy, nullptr);
    }
  }};
  while (it.taken.size() < count) it.act();
  poster.join();
  CHECK(it.taken == numbers_to(count));
}
