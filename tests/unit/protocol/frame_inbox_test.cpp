#include "protocol/frame_inbox.hpp"

#include <thread>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <doctest/doctest.h>

#include "protocol/atoms.hpp"
#include "protocol/frame_pool.hpp"
#include "tests/unit/support/allocation_counter.hpp"

using namespace troupe;

namespace {

frame_ptr frame_of(std::uint64_t sequence) {
  const std::vector<std::byte> packet(3, std::byte{0xFC});
  return make_frame(
      packet, {.sequence = frame_sequence{sequence}, .captured = {}, .encoded = {}, .format = {}});
}

/// Who finds frames in its inbox and keeps their numbers.
struct owner_state {
  std::vector<std::uint64_t> taken;
  int times_told = 0;
};

caf::behavior owner(caf::event_based_actor*, owner_state* state, frame_inbox_ptr inbox,
                    std::uint64_t last) {
  return {[=](frames_atom) {
            ++state->times_told;
            inbox->take_all([&](const frame_ptr& frame) {
              state->taken.push_back(to_number(frame->info().sequence));
            });
          },
          [=](caf::get_atom) { return !state->taken.empty() && state->taken.back() == last; }};
}

std::vector<std::uint64_t> numbers_to(std::uint64_t end) {
  std::vector<std::uint64_t> result;
  for (std::uint64_t i = 0; i < end; ++i) result.push_back(i);
  return result;
}

/// An inbox whose owner acts when it is told to, under nobody's clock.
struct quiet_owner {
  void post(std::uint64_t sequence) {
    inbox->post(frame_of(sequence), *caf::actor_cast<caf::abstract_actor*>(self.ptr()), nullptr);
  }
  /// Acts on what it was told, if it was.
  void act() {
    self->receive(
        [&](frames_atom) {
          ++times_told;
          inbox->take_all(
              [&](const frame_ptr& frame) { taken.push_back(to_number(frame->info().sequence)); });
        },
        caf::after(std::chrono::seconds{0}) >> [] {});
  }

  caf::actor_system_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  frame_inbox_ptr inbox = caf::make_counted<frame_inbox>();
  std::vector<std::uint64_t> taken;
  int times_told = 0;
};

}  // namespace

TEST_CASE("an inbox's owner is told once of all frames that wait, and takes them in order") {
  quiet_owner it;
  for (std::uint64_t i = 0; i < 5; ++i) it.post(i);
  CHECK(it.inbox->unseen() == 5);
  it.act();
  it.act();
  CHECK(it.times_told == 1);
  CHECK(it.taken == numbers_to(5));
  CHECK(it.inbox->unseen() == 0);
  it.post(5);
  it.act();
  CHECK(it.times_told == 2);
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
    it.inbox->post(frame, *caf::actor_cast<caf::abstract_actor*>(it.self.ptr()), nullptr);
    frame = nullptr;
  }
  CHECK(std::move(*pool.acquire()).finish(3, {}).get() == address);  // it had come back
}

TEST_CASE("posting a frame and telling of it allocates nothing") {
  quiet_owner it;
  const auto frame = frame_of(1);
  auto& owner = *caf::actor_cast<caf::abstract_actor*>(it.self.ptr());
  std::uint64_t allocations = 0;
  for (int i = 0; i < 100; ++i) {
    const test::allocation_counter counter;
    it.inbox->post(frame, owner, nullptr);
    allocations += counter.allocations();
    it.act();
  }
  CHECK(it.times_told == 100);
  CHECK(allocations == 0);
}

TEST_CASE("frames cross threads by an inbox, in order, none twice") {
  constexpr std::uint64_t count = 200'000;
  caf::actor_system_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  owner_state state;
  state.taken.reserve(count + 1);
  const auto inbox = caf::make_counted<frame_inbox>();
  const auto told = system.spawn(owner, &state, inbox, count);
  auto* const address = caf::actor_cast<caf::abstract_actor*>(told);
  const std::vector<frame_ptr> frames = [] {
    std::vector<frame_ptr> all;
    for (std::uint64_t i = 0; i <= count; ++i) all.push_back(frame_of(i));
    return all;
  }();
  for (std::uint64_t i = 0; i < count; ++i) {
    inbox->post(frames[i], *address, nullptr);
    while (inbox->unseen() > frame_inbox::capacity / 2) std::this_thread::yield();
  }
  inbox->post(frames[count], *address, nullptr);
  bool all = false;
  while (!all)
    self->request(told, caf::infinite, caf::get_atom::value)
        .receive([&](bool has_all) { all = has_all; }, [](const caf::error&) { FAIL("it ended"); });
  CHECK(state.taken == numbers_to(count + 1));
}
