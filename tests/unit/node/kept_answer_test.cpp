#include "apps/node/inspection/kept_answer.hpp"

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using troupe::kept_answer;

namespace {

/// An answer that takes as long to make as the test says, by a clock that the test turns.
struct stage {
  std::string ask() {
    return *answer.get([this] {
      now += cost;
      return std::to_string(++made);
    });
  }

  troupe::steady_time now{1h};
  std::chrono::milliseconds cost{10};
  int made = 0;
  kept_answer answer{[this] { return now; }};
};

}  // namespace

TEST_CASE("an answer is given again while it is young for what it took to make") {
  stage here;
  CHECK(here.ask() == "1");
  here.now += 189ms;
  CHECK(here.ask() == "1");
  here.now += 1ms;
  CHECK(here.ask() == "2");
}

TEST_CASE("however often somebody asks, answers take a twentieth of the time") {
  stage here;
  const auto began = here.now;
  while (here.now - began < 10s) {
    static_cast<void>(here.ask());
    here.now += 1ms;
  }
  CHECK(here.made * here.cost <= 500ms + 2 * here.cost);
  CHECK(here.made >= 45);
}

TEST_CASE("no answer is older than half a second, whatever it costs") {
  stage here;
  here.cost = 300ms;
  CHECK(here.ask() == "1");
  here.now += 499ms;
  CHECK(here.ask() == "1");
  here.now += 1ms;
  CHECK(here.ask() == "2");
}

TEST_CASE("what costs nothing is made anew each time") {
  stage here;
  here.cost = 0ms;
  CHECK(here.ask() == "1");
  CHECK(here.ask() == "2");
}

TEST_CASE("a forgotten answer is made anew, and so is one that failed") {
  stage here;
  CHECK(here.ask() == "1");
  here.answer.forget();
  CHECK(here.ask() == "2");
  here.answer.forget();
  const auto fail = []() -> std::string { throw std::runtime_error{"no memory"}; };
  CHECK_THROWS_AS(static_cast<void>(here.answer.get(fail)), std::runtime_error);
  CHECK(here.ask() == "3");
}

TEST_CASE("who asks while an answer is made has that one") {
  kept_answer answer;
  std::atomic<int> made = 0;
  const auto make = [&] {
    std::this_thread::sleep_for(20ms);
    return std::to_string(++made);
  };
  std::vector<std::jthread> askers;
  for (int i = 0; i < 8; ++i) askers.emplace_back([&] { CHECK(*answer.get(make) == "1"); });
  askers.clear();
  CHECK(made == 1);
}
