#include "apps/topology/run_command.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "apps/common/log.hpp"
#include "apps/topology/expectations.hpp"
#include "apps/topology/judged_run.hpp"
#include "apps/topology/random_faults.hpp"
#include "apps/topology/report_json.hpp"
#include "apps/topology/report_table.hpp"
#include "apps/topology/running/runner.hpp"
#include "apps/topology/timeline_picture.hpp"
#include "apps/topology/topology_check.hpp"
#include "apps/topology/topology_file.hpp"
#include "protocol/failure.hpp"
#include "protocol/random_number.hpp"

namespace troupe::topology {
namespace {

namespace fs = std::filesystem;

/// Where a run's files are. One that was made for it goes with it, unless it is kept.
class run_directory {
 public:
  explicit run_directory(const std::optional<fs::path>& named)
      : path_(named ? *named : make_temporary()), is_kept_(named.has_value()) {}
  run_directory(const run_directory&) = delete;
  run_directory& operator=(const run_directory&) = delete;
  ~run_directory() {
    std::error_code ignored;
    if (!is_kept_) fs::remove_all(path_, ignored);
  }

  [[nodiscard]] const fs::path& path() const { return path_; }
  void keep() { is_kept_ = true; }

 private:
  static fs::path make_temporary() {
    auto name = (fs::temp_directory_path() / "troupe-topology-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw failure{
          failure_kind::cannot_create,
          fmt::format("no directory can be made in \"{}\": {}; name one by --directory",
                      fs::temp_directory_path().string(), std::generic_category().message(errno))};
    return name;
  }

  fs::path path_;
  bool is_kept_;
};

/// A number that is easy to type again.
std::uint64_t any_seed() { return random_number() % 1'000'000; }

plan plan_for(const run_options& options, std::uint64_t seed) {
  auto planned = read_topology(options.file);
  if (options.duration) planned.duration = *options.duration;
  refuse_if_wrong(planned, options.file.string());
  if (options.random_faults > 0) add_random_faults(planned, options.random_faults, seed);
  return planned;
}

fs::path folder_of_this_program() {
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  if (error)
    throw failure{failure_kind::no_source,
                  fmt::format("the folder of this program is not known: {}; name that of "
                              "troupe-node by --programs",
                              error.message())};
  return program.parent_path();
}

void write_picture(const fs::path& path, const judged_run& run) {
  std::ofstream file{path};
  if (!file)
    throw failure{failure_kind::cannot_create,
                  fmt::format("\"{}\" cannot be made: {}; name another file by --picture",
                              path.string(), std::generic_category().message(errno))};
  file << to_picture(run) << std::flush;
  if (!file)
    throw failure{failure_kind::output_failed,
                  fmt::format("\"{}\" could not be written; is there room for it?", path.string())};
}

void print(const judged_run& run, bool as_json) {
  if (as_json) {
    std::cout << to_json(run) << std::endl;
  } else {
    std::cout << to_table(run) << std::flush;
  }
  if (!std::cout)
    throw failure{failure_kind::output_failed,
                  "the report could not be written to standard output"};
}

judged_run run_and_judge(plan planned, const run_settings& settings) {
  auto seen = run(planned, settings);
  auto broken = judge(planned, seen);
  return {std::move(planned), std::move(seen), std::move(broken)};
}

}  // namespace

exit_status run_command(const run_options& options, const ending_signals& signals) {
  const auto seed = options.seed ? *options.seed : any_seed();
  auto planned = plan_for(options, seed);
  run_directory directory{options.directory};
  bool is_to_stop = false;
  const run_settings settings{
      .programs = options.programs ? *options.programs : folder_of_this_program(),
      .directory = directory.path(),
      .seed = seed,
      .isolated = options.isolated && can_isolate(),
      .tell = [](std::string_view line) { spdlog::info("{}", line); },
      .is_to_stop = [&] { return is_to_stop = is_to_stop || signals.take() != 0; }};
  const auto keep = [&] {
    directory.keep();
    spdlog::warn("logs and time lines are in {}", directory.path().string());
  };
  try {
    const auto seen = run_and_judge(std::move(planned), settings);
    if (options.picture) write_picture(*options.picture, seen);
    print(seen, options.json);
    if (seen.passed()) return exit_status::ok;
  } catch (...) {
    keep();
    throw;
  }
  keep();
  return exit_status::unmet_expectation;
}

}  // namespace troupe::topology
