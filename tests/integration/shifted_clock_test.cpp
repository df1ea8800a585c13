// Nodes whose clocks do not agree, as those of different machines.

#include <chrono>
#include <cmath>
#include <cstdint>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "tests/integration/support/loopback.hpp"
#include "tests/integration/support/running_node.hpp"
#include "tests/integration/support/sanitizers.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

/// How a node's clock of the day differs from ours.
struct shift {
  std::chrono::nanoseconds ahead{};
  double ppm = 0;
  std::chrono::nanoseconds since = std::chrono::steady_clock::now().time_since_epoch();

  [[nodiscard]] child_options options() const {
    return {.environment = {{"LD_PRELOAD", TROUPE_SHIFTED_CLOCK},
                            {"SHIFTED_CLOCK_BY_NS", std::to_string(ahead.count())},
                            {"SHIFTED_CLOCK_PPM", std::to_string(ppm)},
                            {"SHIFTED_CLOCK_SINCE_NS", std::to_string(since.count())}}};
  }
  [[nodiscard]] double at_ns(double steady_ns) const {
    return static_cast<double>(ahead.count()) +
           (steady_ns - static_cast<double>(since.count())) * ppm * 1e-6;
  }
};

struct sample {
  double steady_ns;
  double offset_ns;
  double error_ns;
};

/// What a node tells in its log at each answer.
std::vector<sample> samples_in(const std::string& log) {
  static const std::regex line{
      R"(at (\d+) ns of the steady clock, the upstream's clock is (-?\d+) ns ahead, give or take (\d+))"};
  std::vector<sample> result;
  for (std::sregex_iterator each{log.begin(), log.end(), line}, end; each != end; ++each)
    result.push_back(
        {std::stod((*each)[1].str()), std::stod((*each)[2].str()), std::stod((*each)[3].str())});
  return result;
}

void check_estimates(const shift& its_clock, std::chrono::seconds duration) {
  const int port = free_port();
  running_node origin{{"--source", "tone:440", "--listen", at(port)}, its_clock.options()};
  running_node relay{{"--source", link_to(port), "--log-level", "trace"}};
  std::this_thread::sleep_for(duration);
  const auto samples = samples_in(relay.process().errors());
  REQUIRE(samples.size() >= static_cast<std::size_t>(3 * duration.count()));
  std::size_t right = 0;
  for (const auto& each : samples)
    right += std::abs(each.offset_ns - its_clock.at_ns(each.steady_ns)) <= each.error_ns ? 1 : 0;
  CHECK(static_cast<double>(right) >= 0.99 * static_cast<double>(samples.size()));
  CHECK(samples.back().error_ns < 5e6);
  MESSAGE(right << " of " << samples.size() << " right, the last bound "
                << samples.back().error_ns / 1000 << " us");
}

}  // namespace

// The sanitizers want to be loaded before anything else.
TEST_CASE("a clock that is off, and drifts, is estimated within the bound that is stated" *
          doctest::skip(sanitized)) {
  check_estimates({.ahead = 3s}, 4s);
  check_estimates({.ahead = -250ms, .ppm = 100}, 8s);
  check_estimates({.ahead = 0s, .ppm = -300}, 8s);
}

TEST_CASE("the latency that a listener measures is true though the node's clock is not" *
          doctest::skip(sanitized)) {
  const int port = free_port();
  const shift its_clock{.ahead = 7s, .ppm = 200};
  running_node origin{{"--source", "tone:440", "--listen", at(port)}, its_clock.options()};
  const auto heard = run(TROUPE_LISTEN, {link_to(port), "--duration", "3", "--json"});
  REQUIRE(heard.status == exited(0));
  const auto account = nlohmann::json::parse(heard.output);
  CHECK(account["missing_frames"] == 0);
  CHECK(account["frames_from_future"] == 0);
  CHECK(account["latency_p50_us"] > 0);
  CHECK(account["latency_p50_us"] < 100'000);
}
