#include "apps/listen/time_line.hpp"

#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "protocol/failure.hpp"
#include "tests/unit/listen/scratch_directory.hpp"

using namespace troupe;
using namespace troupe::listening;
using namespace troupe::listening::test;
using namespace std::chrono_literals;

namespace {

constexpr unix_time start{1'700'000'000s};

struct stage {
  scratch_directory directory;
  std::string path = directory.file("listener.timeline");
  time_line line{path};

  void hear(std::chrono::milliseconds from, std::chrono::milliseconds to) {
    for (auto time = from; time < to; time += 20ms) line.add(start + time, 20ms, 0);
  }
  [[nodiscard]] std::vector<nlohmann::json> written() const {
    std::vector<nlohmann::json> result;
    std::ifstream file{path};
    for (std::string text; std::getline(file, text);) result.push_back(nlohmann::json::parse(text));
    return result;
  }
};

std::int64_t at_us(std::chrono::microseconds time) {
  return std::chrono::duration_cast<std::chrono::microseconds>((start + time).time_since_epoch())
      .count();
}

}  // namespace

TEST_CASE("the first frame is written down at once, and what lasts each second") {
  stage on;
  on.hear(0ms, 20ms);
  REQUIRE(on.written().size() == 1);
  CHECK(on.written()[0] == nlohmann::json{{"from_us", at_us(0ms)},
                                          {"to_us", at_us(0ms)},
                                          {"frames", 1},
                                          {"missing_before", 0},
                                          {"continues", false}});
  on.hear(20ms, 3100ms);
  const auto lines = on.written();
  REQUIRE(lines.size() == 4);
  CHECK(lines[1]["frames"] == 50);
  CHECK(lines[1]["from_us"] == at_us(20ms));
  CHECK(lines[1]["to_us"] == at_us(1000ms));
  CHECK(lines[3]["continues"] == true);
}

TEST_CASE("frames that are missing, or late, are a break") {
  stage on;
  on.hear(0ms, 500ms);
  on.line.add(start + 560ms, 20ms, 3);
  on.hear(580ms, 700ms);  // the last one at 680 ms
  on.hear(850ms, 900ms);  // 170 ms after it: not a break
  on.hear(1061ms, 1100ms);
  on.line.finish();
  const auto lines = on.written();
  REQUIRE(lines.size() == 4);
  CHECK(lines[1]["to_us"] == at_us(480ms));
  CHECK(lines[2]["from_us"] == at_us(560ms));
  CHECK(lines[2]["to_us"] == at_us(890ms));
  CHECK(lines[2]["missing_before"] == 3);
  CHECK(lines[3]["continues"] == false);
  CHECK(lines[3]["missing_before"] == 0);
}

TEST_CASE("a span is written once nothing came for it, and goes on if that was too early") {
  stage on;
  CHECK_FALSE(on.line.due());
  on.hear(0ms, 200ms);
  CHECK(on.line.due() == start + 350ms);
  on.line.look(start + 350ms);
  CHECK(on.written().size() == 1);
  on.line.look(start + 351ms);
  CHECK(on.written().size() == 2);
  CHECK_FALSE(on.line.due());
  on.line.add(start + 349ms, 20ms, 0);  // it was kept by those who look for gaps
  on.line.finish();
  CHECK(on.written().back()["continues"] == true);
}

TEST_CASE("a time line that cannot be made is told") {
  CHECK_THROWS_AS(time_line{"/nowhere/at/all"}, failure);
}
