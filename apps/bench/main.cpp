#include <iostream>
#include <optional>

#include "apps/bench/comparison.hpp"
#include "apps/bench/forked.hpp"
#include "apps/bench/options.hpp"
#include "apps/bench/report.hpp"
#include "apps/bench/scenarios.hpp"
#include "apps/common/exit_status.hpp"
#include "apps/common/signals.hpp"
#include "protocol/failure.hpp"

namespace {

using troupe::exit_status;
using namespace troupe::bench;

constexpr auto program = "troupe-bench";

void print(const report& measured, const std::optional<report>& earlier, bool as_json) {
  if (!as_json) std::cout << to_table(measured);
  if (earlier) std::cout << (as_json ? "" : "\n") << compare(*earlier, measured);
  if (as_json) std::cout << measured.dump() << '\n';
  std::cout << std::flush;
  if (!std::cout)
    throw troupe::failure{troupe::failure_kind::output_failed,
                          "the figures could not be written to standard output"};
}

exit_status run(int count, const char* const* arguments) {
  const auto options = read_options(count, arguments);
  if (!options) return exit_status::ok;
  // Before anything is measured: a name that was mistyped is told at once.
  std::optional<report> earlier;
  if (options->compare_file) earlier = read_report(*options->compare_file);
  const troupe::ending_signals signals;
  scenario_runner runner{*options, signals,
                         [](std::string_view line) { std::cerr << line << std::endl; }};
  print(runner.run(), earlier, options->json);
  return exit_status::ok;
}

}  // namespace

int main(int count, char** arguments) {
  int signal = 0;
  const int status = troupe::run_main(program, [&] {
    try {
      return run(count, arguments);
    } catch (const interrupted& by) {
      signal = by.signal();
      return exit_status::ok;
    }
  });
  return signal > 0 ? 128 + signal : status;  // as a shell has it
}
