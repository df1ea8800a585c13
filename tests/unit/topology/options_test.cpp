#include "apps/topology/options.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "apps/common/exit_status.hpp"
#include "protocol/failure.hpp"
#include "tests/unit/support/refusal.hpp"

using namespace troupe;
using namespace troupe::topology;
using namespace std::chrono_literals;

namespace {

topology_options read(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "troupe-topology");
  return read_options(static_cast<int>(arguments.size()), arguments.data()).value();
}

failure_kind refusal_of(const std::vector<const char*>& arguments) {
  return test::refusal_of([&] { return read(arguments); });
}

}  // namespace

TEST_CASE("a run takes a file, and all else is as usual") {
  const auto options = std::get<run_options>(read({"run", "a.toml"}));
  CHECK(options.file == "a.toml");
  CHECK(options.isolated);
  CHECK_FALSE(options.json);
  CHECK_FALSE(options.seed.has_value());
  CHECK_FALSE(options.duration.has_value());
  CHECK_FALSE(options.directory.has_value());
  CHECK(options.random_faults == 0);
}

TEST_CASE("the options of a topology's run are read") {
  const auto options = std::get<run_options>(
      read({"run", "a.toml", "--json", "--picture", "a.svg", "--random-faults", "20", "--seed", "7",
            "--directory", "logs", "--no-namespaces", "--duration", "1500ms", "--log-level", "warn",
            "--programs", "bin"}));
  CHECK(options.json);
  CHECK(options.picture == "a.svg");
  CHECK(options.random_faults == 20);
  CHECK(options.seed == 7);
  CHECK(options.directory == "logs");
  CHECK_FALSE(options.isolated);
  CHECK(options.duration == 1500ms);
  CHECK(options.log_level == "warn");
  CHECK(options.programs == "bin");
}

TEST_CASE("the other commands take files, or a seed") {
  CHECK(std::get<check_options>(read({"check", "a.toml", "b.toml"})).files.size() == 2);
  CHECK(std::get<draw_options>(read({"draw", "a.toml"})).file == "a.toml");
  const auto any = std::get<random_options>(read({"random", "--seed", "3"}));
  CHECK(any.seed == 3);
  CHECK_FALSE(any.nodes.has_value());
  CHECK(std::get<random_options>(read({"random", "--seed", "3", "--nodes", "9"})).nodes == 9);
}

TEST_CASE("command lines of topologies that cannot be are refused") {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{},
                                             {"walk"},
                                             {"run"},
                                             {"check"},
                                             {"random"},
                                             {"draw", "a.toml", "b.toml"},
                                             {"random", "--seed", "1", "--nodes", "31"},
                                             {"run", "a.toml", "--seed", "-1"},
                                             {"run", "a.toml", "--duration", "100us"},
                                             {"run", "a.toml", "--random-faults", "many"}})
    CHECK(refusal_of(arguments) == failure_kind::bad_value);
}

TEST_CASE("a program's own exit status is in the table, after the one of success") {
  CHECK(exit_status_help_with("   1  mine\n")
            .starts_with("Exit status:\n   0  ended in good order\n   1  mine\n  64  "));
}
