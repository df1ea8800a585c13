#include <iostream>
#include <variant>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include "apps/common/exit_status.hpp"
#include "apps/common/log.hpp"
#include "apps/common/signals.hpp"
#include "apps/common/terminal.hpp"
#include "apps/listen/listening_session.hpp"
#include "apps/listen/options.hpp"
#include "apps/listen/report.hpp"
#include "protocol/failure.hpp"

namespace {

using troupe::exit_status;
using namespace troupe::listening;

void print(const report& heard, const listen_options& options) {
  if (options.json) {
    std::cout << to_json(heard) << std::endl;
  } else if (std::holds_alternative<troupe::stdout_output>(options.output)) {
    std::cerr << to_text(heard) << std::flush;
  } else {
    std::cout << to_text(heard) << std::flush;
  }
}

exit_status listen(const listen_options& options, const troupe::ending_signals& signals) {
  listening_session session{options, signals};
  try {
    session.run();
  } catch (...) {
    // An output that failed in the middle does not undo what was heard before.
    if (session.summary().frames > 0) print(session.summary(), options);
    throw;
  }
  const auto heard = session.summary();
  if (heard.frames == 0) spdlog::warn("no frame came; nothing was written");
  print(heard, options);
  if (!std::cout)
    throw troupe::failure{troupe::failure_kind::output_failed,
                          "the report could not be written to standard output"};
  return exit_status::ok;
}

exit_status run(int count, const char* const* arguments) {
  const auto options = read_options(count, arguments);
  if (!options) return exit_status::ok;
  const troupe::ending_signals signals;
  // Whoever holds the terminal, or does not read the pipe, does not hold up the listening.
  troupe::start_log(options->log_level, options->meter && troupe::is_terminal(STDERR_FILENO),
                    troupe::log_writer::background);
  return listen(*options, signals);
}

}  // namespace

int main(int count, char** arguments) {
  return troupe::run_main_with_log("troupe-listen", [&] { return run(count, arguments); });
}
