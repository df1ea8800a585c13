#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace troupe::topology {

/// Numbers at random that are the same for a seed on any machine, which those of <random>'s
/// distributions are not (SplitMix64).
class seeded_numbers {
 public:
  explicit seeded_numbers(std::uint64_t seed) : state_(seed) {}

  [[nodiscard]] std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    auto mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }

  /// 0 to `end` - 1; `end` is more than 0 and small against 2^64, so that no number is favoured.
  [[nodiscard]] std::size_t below(std::size_t end) { return next() % end; }

  /// Either end may come.
  [[nodiscard]] std::size_t between(std::size_t least, std::size_t most) {
    return least + below(most - least + 1);
  }
  [[nodiscard]] std::chrono::milliseconds between(std::chrono::milliseconds least,
                                                  std::chrono::milliseconds most) {
    const auto span = static_cast<std::size_t>((most - least).count());
    return least + std::chrono::milliseconds{between(0, span)};
  }

  /// True in `percent` of 100 cases.
  [[nodiscard]] bool happens(std::size_t percent) { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

}  // namespace troupe::topology
