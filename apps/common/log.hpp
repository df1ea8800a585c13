#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "apps/common/exit_status.hpp"

namespace troupe {

/// Adds --log-level, which takes trace, debug, info, warn, error or off.
CLI::Option* add_log_level_option(CLI::App& app, std::string& target);
CLI::Option* add_log_level_option(CLI::App& app, std::optional<std::string>& target);

/// Who writes a line of the log.
enum class log_writer {
  caller,      ///< whoever has something to tell, who waits while stderr is stuck
  background,  ///< a thread of its own: nobody waits, and the oldest lines give way
};

/// Sends the log to stderr: what is at least of `level`, with the time, in colour on a terminal.
/// With `over_meter`, each line first clears a meter that is drawn on the same terminal line.
/// A background writer is a thread, so ending_signals are to be made before.
void start_log(const std::string& level, bool over_meter = false,
               log_writer writer = log_writer::caller);

/// Waits until a background writer has written what there is, for a moment at most. Returns false
/// when stderr is stuck: then the program can only end without its usual clean-up.
[[nodiscard]] bool finish_log();

/// Ends the process without its usual clean-up, when the log is written.
[[noreturn]] void exit_at_once(int status);

/// run_main for a program with a background log: what is thrown is told after all that the log has
/// to tell, and a stuck stderr does not keep the program from ending.
[[nodiscard]] int run_main_with_log(std::string_view program,
                                    const std::function<exit_status()>& body);

}  // namespace troupe
