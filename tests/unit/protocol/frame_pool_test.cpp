#include "protocol/frame_pool.hpp"

#include <atomic>
#include <cstring>
#include <memory>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/support/allocation_counter.hpp"

namespace troupe {
namespace {

/// A frame from `pool` whose packet is one byte, `value`.
frame_ptr frame_saying(frame_pool& pool, std::uint8_t value) {
  auto builder = pool.acquire();
  REQUIRE(builder);
  builder->packet_space()[0] = std::byte{value};
  return std::move(*builder).finish(1, {});
}

TEST_CASE("a frame's memory is used again once its last holder has let go, and not before") {
  frame_pool pool;
  auto first = frame_saying(pool, 1);
  const auto* memory = first->wire_image().data();
  auto holder = first;
  first.reset();
  const auto second = frame_saying(pool, 2);
  CHECK(second->wire_image().data() != memory);
  CHECK(holder->packet()[0] == std::byte{1});
  holder.reset();
  const auto third = frame_saying(pool, 3);
  CHECK(third->wire_image().data() == memory);
  CHECK(second->packet()[0] == std::byte{2});
  CHECK(pool.allocated() == 2);
}

TEST_CASE("a frame that is used again says nothing of its former life") {
  frame_pool pool{1};
  {
    auto builder = pool.acquire();
    REQUIRE(builder);
    const auto full = std::move(*builder).finish(
        4096, {.sequence = frame_sequence{9}, .captured = {}, .encoded = {}, .format = {}});
    CHECK(full->packet().size() == 4096);
  }
  const auto next = frame_saying(pool, 5);
  CHECK(next->packet().size() == 1);
  CHECK(next->info().sequence == frame_sequence{0});
}

TEST_CASE("a pool gives no more frames than its limit, until one comes back") {
  frame_pool pool{3};
  std::vector<frame_ptr> held;
  for (std::uint8_t i = 0; i < 3; ++i) held.push_back(frame_saying(pool, i));
  CHECK_FALSE(pool.acquire());
  CHECK_FALSE(pool.acquire());
  held.pop_back();
  CHECK(frame_saying(pool, 7)->packet()[0] == std::byte{7});
  CHECK(pool.allocated() == 3);
}

TEST_CASE("a frame begun and given up goes back to its pool") {
  frame_pool pool{1};
  for (int i = 0; i < 10; ++i) {
    const auto abandoned = pool.acquire();
    REQUIRE(abandoned);
  }
  CHECK(frame_saying(pool, 1));
  CHECK(pool.allocated() == 1);
}

TEST_CASE("a builder that was moved from no longer owns the frame") {
  frame_pool pool{1};
  auto builder = pool.acquire();
  REQUIRE(builder);
  {
    frame_builder other{std::move(*builder)};
    CHECK_FALSE(pool.acquire());
  }
  builder.reset();
  CHECK(pool.acquire());
}

TEST_CASE("frames outlive their pool, and their bytes with them") {
  std::vector<frame_ptr> held;
  {
    frame_pool pool;
    for (std::uint8_t i = 0; i < 20; ++i) held.push_back(frame_saying(pool, i));
    held.erase(held.begin(), held.begin() + 10);
  }
  for (std::size_t i = 0; i < held.size(); ++i)
    CHECK(held[i]->packet()[0] == static_cast<std::byte>(i + 10));
}

TEST_CASE("a pool in steady use allocates nothing") {
  frame_pool pool;
  std::vector<frame_ptr> queue(8);
  for (std::size_t i = 0; i < queue.size(); ++i) queue[i] = frame_saying(pool, 0);
  const auto allocated_before = pool.allocated();
  const test::allocation_counter counter;
  for (std::size_t i = 0; i < 100'000; ++i) {
    auto& place = queue[i % queue.size()];
    place.reset();
    auto builder = pool.acquire();
    place = std::move(*builder).finish(1, {});
  }
  const auto allocations = counter.allocations();
  CHECK(allocations == 0);
  CHECK(pool.allocated() == allocated_before);
}

/// Holds frames handed over by the pool's thread and checks, on its own thread, that nobody has
/// written to them meanwhile.
class holder_thread {
 public:
  holder_thread() : thread_([this] { run(); }) {}
  holder_thread(const holder_thread&) = delete;
  holder_thread& operator=(const holder_thread&) = delete;
  ~holder_thread() { finish(); }

  /// Takes the frame unless the last one is still there.
  bool offer(const frame_ptr& frame) {
    if (slot_full_.load(std::memory_order_acquire)) return false;
    slot_ = frame;
    slot_full_.store(true, std::memory_order_release);
    return true;
  }

  void finish() {
    done_ = true;
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] std::uint64_t checked() const { return checked_; }
  [[nodiscard]] std::uint64_t spoilt() const { return spoilt_; }

 private:
  void run() {
    while (!done_ || slot_full_) {
      if (!slot_full_.load(std::memory_order_acquire)) {
        std::this_thread::yield();
        continue;
      }
      const auto frame = std::exchange(slot_, nullptr);
      slot_full_.store(false, std::memory_order_release);
      check(*frame);
    }
  }

  void check(const frame& frame) {
    const auto expected = static_cast<std::byte>(to_number(frame.info().sequence) & 0xFFU);
    for (const auto byte : frame.packet())
      if (byte != expected) ++spoilt_;
    ++checked_;
  }

  frame_ptr slot_;
  std::atomic<bool> slot_full_{false};
  std::atomic<bool> done_{false};
  std::atomic<std::uint64_t> checked_{0};
  std::atomic<std::uint64_t> spoilt_{0};
  std::thread thread_;
};

TEST_CASE("many threads may let go of the same frames at once while the pool goes on") {
  constexpr std::size_t packet_size = 200;
  constexpr std::uint64_t frame_count = 20'000;
  std::vector<std::unique_ptr<holder_thread>> holders;
  holders.reserve(4);
  for (int i = 0; i < 4; ++i) holders.push_back(std::make_unique<holder_thread>());
  std::uint64_t taken = 0;
  std::size_t allocated = 0;
  {
    frame_pool pool{16};
    for (std::uint64_t i = 0; i < frame_count;) {
      auto builder = pool.acquire();
      if (!builder) {
        std::this_thread::yield();
        continue;
      }
      std::memset(builder->packet_space().data(), static_cast<int>(i & 0xFFU), packet_size);
      const auto frame = std::move(*builder).finish(
          packet_size,
          {.sequence = frame_sequence{i}, .captured = {}, .encoded = {}, .format = {}});
      for (auto& holder : holders) taken += holder->offer(frame) ? 1 : 0;
      ++i;
    }
    allocated = pool.allocated();
  }
  std::uint64_t checked = 0;
  for (auto& holder : holders) {
    holder->finish();
    checked += holder->checked();
    CHECK(holder->spoilt() == 0);
  }
  CHECK(checked == taken);
  CHECK(taken > 0);
  CHECK(allocated <= 16);
}

TEST_CASE("the pool and the last holders may go at the same moment, on several threads") {
  for (int round = 0; round < 500; ++round) {
    auto pool = std::make_unique<frame_pool>();
    std::vector<frame_ptr> shared;
    for (std::uint8_t i = 0; i < 8; ++i) shared.push_back(frame_saying(*pool, i));
    std::atomic<bool> go{false};
    std::vector<std::thread> threads;
    threads.reserve(3);
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&go, mine = shared]() mutable {
        while (!go) std::this_thread::yield();
        mine.clear();
      });
    }
    shared.clear();
    go = true;
    pool.reset();
    for (auto& thread : threads) thread.join();
  }
}

}  // namespace
}  // namespace troupe
