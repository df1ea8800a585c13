#include "apps/bench/options.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "protocol/failure.hpp"
#include "tests/unit/support/refusal.hpp"

using namespace troupe;
using namespace troupe::bench;
using namespace std::chrono_literals;

namespace {

bench_options read(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "troupe-bench");
  return read_options(static_cast<int>(arguments.size()), arguments.data()).value();
}

failure_kind refusal_of(const std::vector<const char*>& arguments) {
  return test::refusal_of([&] { return read(arguments); });
}

using scenarios = std::vector<scenario>;

scenarios those_of_all() {
  scenarios result{all_scenarios.begin(), all_scenarios.end()};
  std::erase_if(result, [](scenario each) { return !is_one_of_all(each); });
  return result;
}

}  // namespace

TEST_CASE("without options a benchmark runs all scenarios, in their order") {
  const auto options = read({});
  CHECK(options.scenarios == those_of_all());
  CHECK(options.period == 5ms);
  CHECK(options.clients == 1000);
  CHECK(options.duration == 4s);
  CHECK(options.rounds == 5);
  CHECK_FALSE(options.json);
  CHECK_FALSE(options.compare_file.has_value());
}

TEST_CASE("a benchmark runs the scenarios that are named, each once") {
  CHECK(read({"fanout"}).scenarios == scenarios{scenario::fanout});
  CHECK(read({"encode", "latency", "encode"}).scenarios ==
        scenarios{scenario::encode, scenario::latency});
  CHECK(read({"--scenario", "isolation"}).scenarios == scenarios{scenario::isolation});
  CHECK(read({"throughput", "all"}).scenarios.front() == scenario::throughput);
  CHECK(read({"throughput", "all"}).scenarios.size() == those_of_all().size());
}

TEST_CASE("a benchmark's options are read") {
  const auto options = read({"fanout", "--period-us", "2500", "--clients", "5000", "--seconds", "8",
                             "--rounds", "3", "--json", "--compare", "before.json"});
  CHECK(options.scenarios == scenarios{scenario::fanout});
  CHECK(options.period == 2500us);
  CHECK(options.clients == 5000);
  CHECK(options.duration == 8s);
  CHECK(options.rounds == 3);
  CHECK(options.json);
  CHECK(options.compare_file == "before.json");
}

TEST_CASE("wrong options of a benchmark are refused") {
  for (const auto& arguments : std::vector<std::vector<const char*>>{{"--bogus"},
                                                                     {"speed"},
                                                                     {"--scenario", "speed"},
                                                                     {"--period-us", "99"},
                                                                     {"--period-us", "5ms"},
                                                                     {"--clients", "0"},
                                                                     {"--clients=-1"},
                                                                     {"--seconds", "0"},
                                                                     {"--seconds", "1.5"},
                                                                     {"--rounds", "0"},
                                                                     {"--rounds", "five"}})
    CHECK(refusal_of(arguments) == failure_kind::bad_value);
}
