#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include <nlohmann/json.hpp>

#include "apps/common/exit_status.hpp"
#include "tests/chaos/experiment.hpp"
#include "tests/chaos/judge.hpp"
#include "tests/chaos/options.hpp"
#include "tests/chaos/report.hpp"

namespace {

using namespace troupe::chaos;

/// Returns where it is kept.
std::string keep_log(const observation& seen, std::uint64_t seed) {
  const auto path =
      std::filesystem::temp_directory_path() / ("troupe-chaos-" + std::to_string(seed) + ".log");
  std::ofstream{path} << seen.node_log;
  return path.string();
}

/// Returns whether all held.
bool run(const chaos_options& options) {
  std::cout << "seed " << options.seed << std::endl;
  const auto seen = experiment{options}.run();
  const auto judged = judge(seen, options.interval);
  const bool passed = judged.violations.empty();
  std::cout << to_text(options, seen, judged);
  if (!passed) std::cout << "the node's log: " << keep_log(seen, options.seed) << '\n';
  if (options.json) std::cout << to_json(options, seen, judged) << '\n';
  std::cout << std::flush;
  return passed;
}

}  // namespace

int main(int count, char** arguments) {
  bool passed = true;
  const int status = troupe::run_main("troupe-chaos", [&] {
    if (const auto options = read_options(count, arguments)) passed = run(*options);
    return troupe::exit_status::ok;
  });
  return status == 0 && !passed ? 1 : status;
}
