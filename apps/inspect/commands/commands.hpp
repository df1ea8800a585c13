#pragma once

#include "apps/common/exit_status.hpp"
#include "apps/inspect/options.hpp"

/// What the program does, by what it was asked to. All throw failure.
namespace troupe::inspecting {

exit_status carry_out(const live_command& command, const inspect_options& options);
exit_status carry_out(const web_command& command, const inspect_options& options);
exit_status carry_out(const report_command& command, const inspect_options& options);
exit_status carry_out(const trace_command& command, const inspect_options& options);
exit_status carry_out(const frame_command& command, const inspect_options& options);
exit_status carry_out(const events_command& command, const inspect_options& options);
exit_status carry_out(const order_command& command, const inspect_options& options);

}  // namespace troupe::inspecting
