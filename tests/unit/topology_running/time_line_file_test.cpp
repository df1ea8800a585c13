#include "apps/topology/running/time_line_file.hpp"

#include <sstream>
#include <string>

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::topology;
using namespace std::chrono_literals;

namespace {

constexpr unix_time begin{1000s};

std::string line(std::int64_t from_ms, std::int64_t to_ms, int frames, int missing,
                 bool continues) {
  const auto at = [](std::int64_t ms) { return std::to_string(1'000'000'000 + ms * 1000); };
  return "{\"from_us\":" + at(from_ms) + ",\"to_us\":" + at(to_ms) +
         ",\"frames\":" + std::to_string(frames) +
         ",\"missing_before\":" + std::to_string(missing) +
         ",\"continues\":" + (continues ? "true" : "false") + "}\n";
}

std::vector<heard_span> read(const std::string& text) {
  std::istringstream lines{text};
  return read_time_line(lines, begin);
}

}  // namespace

TEST_CASE("parts of a span are one, and breaks part them") {
  const auto spans = read(line(10, 10, 1, 0, false) + line(30, 1030, 51, 0, true) +
                          line(1050, 1990, 48, 0, true) + line(2500, 3000, 26, 24, false));
  REQUIRE(spans.size() == 2);
  CHECK(spans[0].from == 10ms);
  CHECK(spans[0].to == 1990ms);
  CHECK(spans[0].frames == 100);
  CHECK(spans[1].from == 2500ms);
  CHECK(spans[1].missing_before == 24);
}

TEST_CASE("what was before the run is not told") {
  const auto spans = read(line(-3000, -2000, 51, 0, false) + line(-500, 500, 51, 7, false));
  REQUIRE(spans.size() == 1);
  CHECK(spans[0].from == 0ms);
  CHECK(spans[0].missing_before == 0);
  CHECK(read(line(-3000, -2000, 51, 0, false) + line(-1980, 20, 9, 0, true)).size() == 1);
}

TEST_CASE("a time line that was cut off is read as far as it goes") {
  const auto whole = line(10, 10, 1, 0, false);
  CHECK(read(whole + line(30, 1030, 51, 0, true).substr(0, 20)).size() == 1);
  CHECK(read("").empty());
  CHECK(read_time_line("/nowhere/at/all", begin).empty());
}
