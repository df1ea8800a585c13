#include "actors/network/clock_estimator.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>

#include <doctest/doctest.h>

using namespace troupe;
using namespace std::chrono_literals;
using network::clock_estimator;
using std::chrono::nanoseconds;

namespace {

nanoseconds of_seconds(double seconds) {
  return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>{seconds});
}

/// Two machines with a network between them that is seldom as quick as it can be, and not the same
/// both ways.
class two_machines {
 public:
  /// How far the other clock is ahead, by how much time has passed.
  using offset_in_time = std::function<nanoseconds(nanoseconds)>;

  two_machines(offset_in_time offset, std::uint32_t seed)
      : offset_(std::move(offset)), randomness_(seed) {}

  /// A question each quarter of a second; what is estimated is looked at 25 times in between.
  void pass(nanoseconds duration) {
    for (const auto end = now_ + duration; now_ < end;) {
      ask();
      for (int i = 0; i < 25; ++i) {
        now_ += 10ms;
        check();
      }
    }
  }

  [[nodiscard]] clock_estimator::estimate estimate() const { return *estimator_.at(here()); }
  [[nodiscard]] nanoseconds offset() const { return offset_(now_); }
  [[nodiscard]] int contradictions() const { return contradictions_; }
  /// Of all looks, those at which the offset was within its bound.
  [[nodiscard]] double right_share() const { return static_cast<double>(right_) / looks_; }

 private:
  void ask() {
    const auto out = delay();
    const auto back = delay();
    const auto heard = now_ + out + 20us + back;
    const clock_estimator::answer answer{.asked = unix_time{now_},
                                         .came = there(now_ + out),
                                         .answered = there(now_ + out + 20us),
                                         .heard = unix_time{heard},
                                         .heard_at = steady_time{heard}};
    now_ = heard;
    if (estimator_.add(answer) == clock_estimator::verdict::contradicts) ++contradictions_;
  }

  void check() {
    const auto guess = *estimator_.at(here());
    ++looks_;
    right_ += std::chrono::abs(guess.offset - offset_(now_)) <= guess.error ? 1 : 0;
  }

  /// 40 us at best, often some hundred, and some milliseconds now and then.
  nanoseconds delay() {
    const double queueing = std::exponential_distribution<double>{1 / 200e-6}(randomness_);
    const bool is_held_up = std::uniform_real_distribution<double>{}(randomness_) < 0.02;
    return 40us + of_seconds(is_held_up ? 100 * queueing : queueing);
  }

  [[nodiscard]] steady_time here() const { return steady_time{now_}; }
  [[nodiscard]] unix_time there(nanoseconds when) const { return unix_time{when + offset_(when)}; }

  offset_in_time offset_;
  std::minstd_rand randomness_;
  clock_estimator estimator_;
  nanoseconds now_ = 1000s;
  int contradictions_ = 0;
  int looks_ = 0;
  int right_ = 0;
};

nanoseconds drifted(nanoseconds passed, double ppm) {
  return of_seconds(std::chrono::duration<double>{passed - 1000s}.count() * ppm * 1e-6);
}

}  // namespace

TEST_CASE("a clock's offset and drift are estimated, and always within the bound that is stated") {
  for (const double ppm : {0.0, 20.0, -100.0, 450.0})
    for (const nanoseconds ahead : {nanoseconds{0}, nanoseconds{-3s}, nanoseconds{17ms}}) {
      two_machines both{[=](nanoseconds passed) { return ahead + drifted(passed, ppm); }, 4711};
      both.pass(120s);
      CHECK(both.contradictions() == 0);
      CHECK(both.right_share() == 1);
      CHECK(both.estimate().error < 150us);
      CHECK(std::abs(both.estimate().drift * 1e6 - ppm) < 20);
    }
}

TEST_CASE("a bound is no wider than it has to be: it shrinks as answers come") {
  two_machines both{[](nanoseconds passed) { return drifted(passed, 30); }, 12};
  both.pass(1s);
  const auto at_first = both.estimate().error;
  both.pass(60s);
  CHECK(both.estimate().error < at_first);
}

TEST_CASE("a clock that is set is followed at once, and told of") {
  two_machines both{[](nanoseconds passed) { return passed > 1060s ? nanoseconds{5s} : 0ns; }, 3};
  both.pass(120s);
  CHECK(both.contradictions() == 1);
  CHECK(std::chrono::abs(both.estimate().offset - both.offset()) <= both.estimate().error);
  CHECK(both.right_share() > 0.99);
}

TEST_CASE("a clock that others set right, faster and slower in turn, is followed") {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    // 500 ppm for ten seconds, as NTP does it, each five minutes; 20 ppm otherwise.
    const auto offset = [](nanoseconds passed) {
      const auto since = passed - 1000s;
      const auto slewed =
          since / 300s * nanoseconds{10s} + std::min<nanoseconds>(since % 300s, 10s);
      return of_seconds(std::chrono::duration<double>{slewed}.count() * 500e-6) +
             drifted(passed, 20);
    };
    two_machines both{offset, seed};
    both.pass(600s);
    CHECK(both.right_share() > 0.99);
  }
}

TEST_CASE("an answer that cannot be, such as one from before it was asked, is passed over") {
  clock_estimator clock;
  const auto heard = [](nanoseconds came, nanoseconds answered) {
    return clock_estimator::answer{.asked = unix_time{1000s},
                                   .came = unix_time{1000s + came},
                                   .answered = unix_time{1000s + answered},
                                   .heard = unix_time{1000s + 2ms},
                                   .heard_at = steady_time{1000s}};
  };
  CHECK(clock.add(heard(-1s, 1s)) == clock_estimator::verdict::impossible);
  CHECK_FALSE(clock.at(steady_time{1000s}));
  CHECK(clock.add(heard(1ms, 1ms)) == clock_estimator::verdict::agrees);
  CHECK(clock.add(heard(-1s, 1s)) == clock_estimator::verdict::impossible);
  CHECK(clock.at(steady_time{1000s})->error > 0ns);
}
