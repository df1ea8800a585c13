#include "apps/inspect/terminal/display.hpp"

#include <array>
#include <clocale>
#include <cstddef>
#include <cstdlib>
#include <cwchar>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <langinfo.h>

#include "apps/inspect/terminal/glyphs.hpp"
#include "protocol/failure.hpp"

// Functions instead of macros with common names.
#define NCURSES_NOMACROS
#include <ncurses.h>

namespace troupe::inspecting::terminal {
namespace {

constexpr int escape_delay_ms = 25;
constexpr short as_it_is = -1;

/// What a style looks like: in colours, or without them.
struct looks {
  style of;
  short foreground;
  short background;
  attr_t with_colours;
  attr_t without;
};

constexpr std::array all_looks{
    looks{style::plain, as_it_is, as_it_is, A_NORMAL, A_NORMAL},
    looks{style::label, as_it_is, as_it_is, A_DIM, A_DIM},
    looks{style::strong, as_it_is, as_it_is, A_BOLD, A_BOLD},
    looks{style::good, COLOR_GREEN, as_it_is, A_NORMAL, A_NORMAL},
    looks{style::warning, COLOR_YELLOW, as_it_is, A_NORMAL, A_UNDERLINE},
    looks{style::alarm, COLOR_RED, as_it_is, A_BOLD, A_BOLD},
    looks{style::bar, COLOR_CYAN, as_it_is, A_NORMAL, A_NORMAL},
    looks{style::title, as_it_is, as_it_is, A_REVERSE, A_REVERSE},
    looks{style::heading, COLOR_BLACK, COLOR_CYAN, A_NORMAL, A_REVERSE},
    looks{style::sorted, COLOR_BLACK, COLOR_CYAN, A_BOLD | A_UNDERLINE, A_REVERSE | A_BOLD},
    looks{style::tab, as_it_is, as_it_is, A_DIM, A_NORMAL},
    looks{style::shown_tab, COLOR_BLACK, COLOR_CYAN, A_NORMAL, A_REVERSE},
    looks{style::key_name, as_it_is, as_it_is, A_BOLD, A_BOLD},
    looks{style::key_meaning, COLOR_BLACK, COLOR_CYAN, A_NORMAL, A_REVERSE},
    looks{style::chosen, as_it_is, as_it_is, A_REVERSE, A_REVERSE},
    looks{style::warning_on_bar, COLOR_BLACK, COLOR_YELLOW, A_NORMAL, A_REVERSE | A_UNDERLINE},
    looks{style::alarm_on_bar, COLOR_WHITE, COLOR_RED, A_BOLD, A_REVERSE | A_BOLD},
};

/// Colours are not wanted where NO_COLOR says so (https://no-color.org).
bool wants_colours() {
  const char* refusal = std::getenv("NO_COLOR");
  return (refusal == nullptr || *refusal == '\0') && ::has_colors();
}

short pair_of(style look) { return static_cast<short>(static_cast<short>(look) + 1); }

void prepare_colours() {
  ::start_color();
  ::use_default_colors();
  for (const auto& each : all_looks)
    ::init_pair(pair_of(each.of), each.foreground, each.background);
}

void use(style look, bool in_colours) {
  const auto& found = all_looks[static_cast<std::size_t>(look)];
  ::attr_set(in_colours ? found.with_colours : found.without, in_colours ? pair_of(look) : short{0},
             nullptr);
}

key key_for(int code) {
  switch (code) {
    case KEY_UP:
      return keys::up;
    case KEY_DOWN:
      return keys::down;
    case KEY_LEFT:
      return keys::left;
    case KEY_RIGHT:
      return keys::right;
    case KEY_PPAGE:
      return keys::page_up;
    case KEY_NPAGE:
      return keys::page_down;
    case KEY_HOME:
      return keys::home;
    case KEY_END:
      return keys::end;
    case KEY_BTAB:
      return keys::back_tab;
    case KEY_BACKSPACE:
      return keys::backspace;
    case KEY_ENTER:
      return keys::enter;
    default:
      break;
  }
  if (code >= KEY_F(1) && code <= KEY_F(12)) return keys::f1 + static_cast<key>(code - KEY_F(1));
  return keys::unknown;
}

key key_for_character(wint_t character) {
  if (character == '\r') return keys::enter;
  if (character == 0x7F || character == '\b') return keys::backspace;
  return static_cast<key>(character);
}

}  // namespace

display::display() {
  std::setlocale(LC_CTYPE, "");
  knows_utf8_ = std::string_view{::nl_langinfo(CODESET)} == "UTF-8";
  if (::newterm(nullptr, stdout, stdin) == nullptr) {
    const char* name = std::getenv("TERM");
    throw failure{failure_kind::cannot_create,
                  fmt::format("the terminal \"{}\" cannot be drawn on; set TERM to what it is, or "
                              "use --once",
                              name == nullptr ? "" : name)};
  }
  ::cbreak();
  ::noecho();
  ::nonl();
  ::keypad(stdscr, TRUE);
  ::nodelay(stdscr, TRUE);
  ::set_escdelay(escape_delay_ms);
  ::curs_set(0);
  has_colours_ = wants_colours();
  if (has_colours_) prepare_colours();
}

display::~display() { ::endwin(); }

void display::draw(const screen& shown) {
  for (int row = 0; row < shown.size().rows; ++row) draw_row(shown, row);
  ::refresh();
}

/// In runs of one style.
void display::draw_row(const screen& shown, int row) {
  const int width = shown.size().columns;
  for (int column = 0; column < width;) {
    const auto look = shown.at(row, column).look;
    const int begin = column;
    std::wstring text;
    for (; column < width && shown.at(row, column).look == look; ++column) {
      const auto glyph = shown.at(row, column).glyph;
      text += knows_utf8_ ? static_cast<wchar_t>(glyph) : static_cast<wchar_t>(ascii_for(glyph));
    }
    use(look, has_colours_);
    ::mvaddnwstr(row, begin, text.data(), static_cast<int>(text.size()));
  }
}

void display::forget_what_is_shown() { ::clearok(curscr, TRUE); }

void display::resize(screen_size size) {
  ::resizeterm(size.rows, size.columns);
  forget_what_is_shown();
}

std::optional<key> display::take_key() {
  wint_t character = 0;
  switch (::get_wch(&character)) {
    case OK:
      return key_for_character(character);
    case KEY_CODE_YES:
      return key_for(static_cast<int>(character));
    default:
      return std::nullopt;
  }
}

}  // namespace troupe::inspecting::terminal
