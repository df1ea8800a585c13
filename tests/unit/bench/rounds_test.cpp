#include "apps/bench/rounds.hpp"

#include <doctest/doctest.h>

using namespace troupe::bench;

namespace {

/// Measures the values one after the other as `figure`, and writes its name down each time.
contender scripted(std::string name, const std::string& figure, std::vector<double> values,
                   std::string& calls) {
  const auto measure = [=, &calls, round = std::size_t{0}]() mutable {
    calls += name.front();
    return nlohmann::json{{figure, values.at(round++)}, {"unasked", 7}};
  };
  return {.name = name, .measure = measure};
}

void ignore(std::string_view /*line*/) {}

}  // namespace

TEST_CASE("the median of an odd number of values is the one in the middle, else between the two") {
  CHECK(median({3}) == 3);
  CHECK(median({9, 1, 2}) == 2);
  CHECK(median({4, 1, 9, 2}) == 3);
}

TEST_CASE("figures are rounded to thousandths, and whole numbers stay whole") {
  CHECK(rounded(1.23456).dump() == "1.235");
  CHECK(rounded(42).dump() == "42");
  CHECK(rounded(-0.5).dump() == "-0.5");
}

TEST_CASE("contenders take turns, and the order is swapped each round") {
  std::string calls;
  const auto result = run_rounds({.name = "race",
                                  .first = scripted("floor", "us", {10, 30, 20}, calls),
                                  .second = scripted("troupe", "us", {50, 25, 30}, calls),
                                  .figures = {"us"},
                                  .headline = "us"},
                                 3, ignore);
  CHECK(calls == "fttfft");
  CHECK(result.dump() == R"({"floor":{"us":20},"troupe":{"us":30},"ratio":{"us":1.5}})");
}

TEST_CASE("there is no ratio to nothing, nor to what only one side measures") {
  std::string calls;
  const auto result = run_rounds({.name = "race",
                                  .first = scripted("floor", "dropped", {0}, calls),
                                  .second = scripted("troupe", "dropped", {5}, calls),
                                  .figures = {"dropped"},
                                  .headline = "dropped"},
                                 1, ignore);
  CHECK(result.at("ratio").empty());
  const auto others = run_rounds({.name = "race",
                                  .first = scripted("floor", "us", {1}, calls),
                                  .second = scripted("troupe", "percent", {5}, calls),
                                  .figures = {"us", "percent"},
                                  .headline = "us"},
                                 1, ignore);
  CHECK(others.dump() == R"({"floor":{"us":1},"troupe":{"percent":5},"ratio":{}})");
}

TEST_CASE("each round is told in a line") {
  std::string calls;
  std::vector<std::string> lines;
  static_cast<void>(run_rounds({.name = "race",
                                .first = scripted("floor", "us", {1, 2}, calls),
                                .second = scripted("troupe", "us", {3, 4.5}, calls),
                                .figures = {"us"},
                                .headline = "us"},
                               2, [&](std::string_view line) { lines.emplace_back(line); }));
  CHECK(lines == std::vector<std::string>{"race, round 1 of 2: floor 1, troupe 3 (us)",
                                          "race, round 2 of 2: floor 2, troupe 4.50 (us)"});
}
