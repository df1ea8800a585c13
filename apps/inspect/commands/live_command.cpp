#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "apps/common/signals.hpp"
#include "apps/inspect/commands/commands.hpp"
#include "apps/inspect/commands/gathering.hpp"
#include "apps/inspect/commands/output.hpp"
#include "apps/inspect/commands/until_ended.hpp"
#include "apps/inspect/report/event_line.hpp"
#include "apps/inspect/report/node_line.hpp"
#include "apps/inspect/terminal/capability.hpp"
#include "apps/inspect/terminal/session.hpp"
#include "apps/inspect/text/printable.hpp"
#include "protocol/clock.hpp"

namespace troupe::inspecting {
namespace {

constexpr std::chrono::seconds line_period{1};

/// What happens in nodes, in lines: one a second for each node, and one for each event.
class line_printer {
 public:
  explicit line_printer(const node_watches& nodes) : nodes_(nodes) {
    for (const auto& view : nodes.views()) said_[to_string(view->node)] = view->events_seen;
  }

  void look() {
    const auto views = nodes_.views();
    const auto names = names_of(views);
    std::string text;
    for (std::size_t i = 0; i < views.size(); ++i) text += events_of(*views[i], names[i]);
    const auto now = std::chrono::steady_clock::now();
    if (now >= due_) {
      due_ = now + line_period;
      for (std::size_t i = 0; i < views.size(); ++i)
        text += wall_time(unix_now()) + " " + node_line(*views[i], names[i]) + '\n';
    }
    if (!text.empty()) print(text);
  }

 private:
  std::string events_of(const node_view& view, const std::string& name) {
    auto& said = said_[to_string(view.node)];
    std::string text;
    for (const auto& each : events_after(view, said))
      text += event_line(each) + " (" + printable(name) + ")\n";
    said = view.events_seen;
    return text;
  }

  const node_watches& nodes_;
  std::map<std::string, std::uint64_t> said_;  ///< how many events of each node
  steady_time due_{};
};

}  // namespace

exit_status carry_out(const live_command&, const inspect_options& options) {
  const ending_signals signals;
  const auto watches = watch_nodes(options);
  refuse_if_none_is_there(gather(
      *watches, [](const node_view&) { return true; }, signals.wait_descriptor()));
  if (terminal::can_show_whole_screen()) {
    terminal::show_live(*watches, signals, options.duration);
    return exit_status::ok;
  }
  line_printer lines{*watches};
  until_ended(*watches, signals, options.duration, [&] { lines.look(); });
  return exit_status::ok;
}

}  // namespace troupe::inspecting
