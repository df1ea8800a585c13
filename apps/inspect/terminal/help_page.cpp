#include "apps/inspect/terminal/help_page.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace troupe::inspecting::terminal {
namespace {

struct help_line {
  std::string_view about;
  std::string_view text;
};

constexpr std::array help_lines{
    help_line{"q, F10, Ctrl-C", "ends the view"},
    help_line{"1 to 7, F1 to F7", "shows a page; Tab and Shift-Tab go round"},
    help_line{"n", "shows the next node, where several are watched"},
    help_line{"arrows, Page, Home, End", "choose a row; left and right show other columns"},
    help_line{"/", "shows only rows that hold a text; Esc takes it back"},
    help_line{"s or >, <", "sorts by the next or the previous column, then as it was"},
    help_line{"i", "sorts the other way round"},
    help_line{"Enter", "opens the page of the chosen actor, or of a client's; Esc closes it"},
    help_line{"u", "shows each connection as a row of its own, or all as one"},
    help_line{"e", "shows what happened"},
    help_line{"p", "holds the display still while the node goes on"},
    help_line{"Ctrl-L", "draws all anew"},
    help_line{"", ""},
    help_line{"r", "restarts the chosen actor"},
    help_line{"c", "closes the chosen client's connection"},
    help_line{"a", "pauses the adaptation of the sound, or goes on with it"},
    help_line{"l", "sets the level of the node's log"},
    help_line{"", "all four ask first, and say what the node answered"},
    help_line{"", ""},
    help_line{"! and red", "it hurts: stuck, waits for its restart, restarted in the last 10 s,"},
    help_line{"", "more than 1 ms a turn in the last second (the source: 60 % of a frame),"},
    help_line{"", "or 100 ms at one message"},
    help_line{"~ and yellow", "to be watched: a mailbox grows, a core is busy, frames are lost,"},
    help_line{"", "or the source takes more than twice what encoding takes"},
    help_line{"Mailbox", "messages that wait now / at most so far"},
    help_line{"Turns/s", "a turn is what an actor does for a message or a wake-up"},
    help_line{"Busy %", "of one core, in the last second"},
    help_line{"Mean", "of a turn in the last second"},
    help_line{"p99, Max", "since the start; p99 of what takes most of the actor's time"},
    help_line{"Wait p99", "from a message's sending to its turn, since the start"},
    help_line{"Now", "how long it has been at which message"},
    help_line{"1 s, 60 s", "of the frames in the last second, the last minute"},
};

}  // namespace

table help_table() {
  table result;
  result.columns = {{" Key", 24, alignment::left, 2}, {"What it does", 30, alignment::left, 1}};
  for (std::size_t line = 0; line < help_lines.size(); ++line)
    result.keys.push_back(std::to_string(line));
  result.cells = [](std::size_t row) -> std::vector<styled_line> {
    const auto& line = help_lines[row];
    return {line_of(" " + std::string{line.about}, style::strong), line_of(std::string{line.text})};
  };
  return result;
}

}  // namespace troupe::inspecting::terminal
