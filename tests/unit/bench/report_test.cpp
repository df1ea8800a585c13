#include "apps/bench/report.hpp"

#include <iterator>
#include <sstream>

#include <doctest/doctest.h>

using namespace troupe::bench;

namespace {

std::vector<std::string> words_of_line_with(const std::string& text, const std::string& word) {
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    const std::vector<std::string> found{std::istream_iterator<std::string>{words}, {}};
    if (!found.empty() && found.front() == word) return found;
  }
  return {};
}

using words = std::vector<std::string>;

}  // namespace

TEST_CASE("figures are told as precisely as they are worth") {
  CHECK(to_text(1234567.8) == "1234568");
  CHECK(to_text(123.456) == "123.5");
  CHECK(to_text(42.195) == "42.20");
  CHECK(to_text(0.0312) == "0.031");
  CHECK(to_text(0) == "0");
  CHECK(to_text(40000) == "40000");
  CHECK(to_text(-2.5) == "-2.50");
}

TEST_CASE("the table tells both sides and the ratio of each figure") {
  const auto measured = report::parse(R"({
    "latency": {"floor": {"p50_us": 40, "frames_lost": 0},
                "troupe": {"p50_us": 50, "frames_lost": 0},
                "ratio": {"p50_us": 1.25},
                "settings": {"rounds": 5}},
    "isolation": {"without_stalled": {"p99_us": 200}, "with_stalled": {"p99_us": 210},
                  "ratio": {"p99_us": 1.05}}})");
  const auto table = to_table(measured);
  CHECK(words_of_line_with(table, "latency") == words{"latency", "floor", "troupe", "ratio"});
  CHECK(words_of_line_with(table, "p50_us") == words{"p50_us", "40", "50", "1.25"});
  CHECK(words_of_line_with(table, "frames_lost") == words{"frames_lost", "0", "0", "-"});
  CHECK(words_of_line_with(table, "isolation") ==
        words{"isolation", "without_stalled", "with_stalled", "ratio"});
  CHECK(words_of_line_with(table, "p99_us") == words{"p99_us", "200", "210", "1.05"});
  CHECK(table.find("rounds") == std::string::npos);
}

TEST_CASE("what only one side has is in the table as well") {
  const auto measured = report::parse(R"({
    "encode": {"floor": {"cpu_us_per_frame": 400},
               "troupe": {"cpu_us_per_frame": 450, "overhead_us_per_frame": 50},
               "ratio": {"cpu_us_per_frame": 1.125}}})");
  CHECK(words_of_line_with(to_table(measured), "overhead_us_per_frame") ==
        words{"overhead_us_per_frame", "-", "50", "-"});
}
