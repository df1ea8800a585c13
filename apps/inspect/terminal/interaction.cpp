#include "apps/inspect/terminal/interaction.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/inspect/terminal/view.hpp"
#include "apps/inspect/text/printable.hpp"
#include "apps/inspect/text/text_width.hpp"

namespace troupe::inspecting::terminal {
namespace {

constexpr std::string_view connection_prefix = "connection:";

/// One key pressed in one state of the view.
class key_press {
 public:
  key_press(view_state& state, const scene& shown, screen_size size)
      : state_(state), shown_(shown), size_(size) {}

  key_outcome take(key pressed) {
    state_.notice = {};
    if (pressed == keys::redraw) return redraw{};
    if (!std::holds_alternative<std::monostate>(state_.asks)) return answer(pressed);
    if (leaves(pressed)) return quit{};
    if (!moves(pressed) && !chooses_a_page(pressed) && !arranges(pressed)) asks_for(pressed);
    return {};
  }

 private:
  // A prompt.

  key_outcome answer(key pressed) {
    if (auto* typed = std::get_if<filter_prompt>(&state_.asks)) {
      type_filter(*typed, pressed);
      return {};
    }
    const auto asked = std::exchange(state_.asks, std::monostate{});
    if (std::holds_alternative<log_level_prompt>(asked)) return choose_log_level(pressed);
    if (pressed == U'y' || pressed == U'Y') return std::get<confirmation>(asked).what;
    tell("nothing was done");
    return {};
  }

  void type_filter(const filter_prompt& typed, key pressed) {
    auto& filter = state_.table().filter;
    if (pressed == keys::escape) filter = typed.before;
    if (pressed == keys::escape || pressed == keys::enter) {
      state_.asks = std::monostate{};
    } else if (pressed == keys::backspace) {
      auto rest = code_points(filter);
      if (!rest.empty()) rest.pop_back();
      filter.clear();
      for (const char32_t each : rest) append_utf8(filter, each);
    } else if (pressed >= U' ' && pressed < keys::beyond_characters) {
      append_utf8(filter, pressed);
      filter = printable(filter);
    }
  }

  key_outcome choose_log_level(key pressed) {
    constexpr std::array<std::string_view, 6> levels{"trace", "debug", "info",
                                                     "warn",  "error", "off"};
    const auto chosen = std::ranges::find_if(levels, [pressed](std::string_view level) {
      return static_cast<char32_t>(level.front()) == pressed;
    });
    if (chosen == levels.end()) {
      tell("the log's level stays as it is");
      return {};
    }
    return request{nlohmann::json{{"do", "log_level"}, {"level", *chosen}}.dump()};
  }

  // Ends what is in front, or the view.

  bool leaves(key pressed) {
    if (pressed == keys::escape) {
      go_back();
      return false;
    }
    return pressed == U'q' || pressed == keys::f1 + 9;
  }

  void go_back() {
    if (std::exchange(state_.shows_help, false)) return;
    if (state_.opened_actor) {
      state_.opened_actor.reset();
    } else {
      state_.table().filter.clear();
    }
  }

  // Rows and columns.

  bool moves(key pressed) {
    const auto height = std::max(1, rows_in(table_area(shown_, state_, size_)));
    constexpr std::ptrdiff_t all = 1'000'000;
    switch (pressed) {
      case keys::up:
        return move_by(-1);
      case keys::down:
        return move_by(1);
      case keys::page_up:
        return move_by(-height);
      case keys::page_down:
        return move_by(height);
      case keys::home:
        return move_by(-all);
      case keys::end:
        return move_by(all);
      case keys::left:
        state_.table().shift -= std::min<std::size_t>(state_.table().shift, 1);
        return true;
      case keys::right:
        return shift_right();
      default:
        return false;
    }
  }

  bool move_by(std::ptrdiff_t rows) {
    move(state_.table(), table_shown(shown_, state_).keys, rows);
    return true;
  }

  bool shift_right() {
    const auto columns = table_shown(shown_, state_).columns.size();
    if (state_.table().shift + 2 < columns) ++state_.table().shift;
    return true;
  }

  // Pages.

  bool chooses_a_page(key pressed) {
    const auto count = static_cast<char32_t>(page_count);
    const auto now = static_cast<std::size_t>(state_.shown);
    if (pressed >= U'1' && pressed < U'1' + count) return show_page(pressed - U'1');
    if (pressed >= keys::f1 && pressed < keys::f1 + count) return show_page(pressed - keys::f1);
    if (pressed == keys::tab) return show_page((now + 1) % page_count);
    if (pressed == keys::back_tab) return show_page((now + page_count - 1) % page_count);
    if (pressed == U'e') return show_page(static_cast<std::size_t>(page::events));
    if (pressed != U'n') return false;
    if (shown_.nodes.size() < 2) {
      tell("there is only this node; name several when you start the program");
      return true;
    }
    show_node(state_, shown_, (state_.node + 1) % shown_.nodes.size());
    return true;
  }

  bool show_page(std::size_t index) {
    state_.shown = static_cast<page>(index);
    state_.opened_actor.reset();
    state_.shows_help = false;
    return true;
  }

  // How a page is shown.

  bool arranges(key pressed) {
    auto& table = state_.table();
    switch (pressed) {
      case U'h':
      case U'?':
        state_.shows_help = !state_.shows_help;
        return true;
      case U'p':
        state_.is_paused = !state_.is_paused;
        return true;
      case U'u':
        state_.unfolds_connections = !state_.unfolds_connections;
        return true;
      case U's':
      case U'>':
        sort_by_next(table, table_shown(shown_, state_).columns.size());
        return true;
      case U'<':
        sort_by_previous(table, table_shown(shown_, state_).columns.size());
        return true;
      case U'i':
        table.is_reversed = !table.is_reversed;
        return true;
      case U'/':
        state_.asks = filter_prompt{.before = table.filter};
        return true;
      case keys::enter:
        open();
        return true;
      default:
        return false;
    }
  }

  void open() {
    if (state_.opened_actor || state_.shows_help) return;
    if (const auto actor = chosen_actor()) {
      state_.opened_actor = *actor;
      state_.handlers = {};
    } else {
      tell("there is nothing more to open here");
    }
  }

  // What acts on the node.

  void asks_for(key pressed) {
    if (pressed == U'r') ask_for_restart();
    if (pressed == U'c') ask_for_close();
    if (pressed == U'a') ask_for_adaptation();
    if (pressed == U'l') state_.asks = log_level_prompt{};
  }

  void ask_for_restart() {
    const auto actor = state_.opened_actor ? state_.opened_actor : chosen_actor();
    if (!actor) {
      tell("choose an actor on page 1 or 2 to restart it");
      return;
    }
    ask(fmt::format("Restart {}?", printable(*actor)), {{"do", "restart"}, {"actor", *actor}});
  }

  void ask_for_close() {
    const auto actor = state_.opened_actor ? state_.opened_actor : chosen_actor();
    const auto number = actor ? client_of(*actor) : std::nullopt;
    if (!number) {
      tell("choose a client on page 4, or a connection on page 1, to close it");
      return;
    }
    ask(fmt::format("Close the connection of client {}?", *number),
        {{"do", "close"}, {"client", *number}});
  }

  void ask_for_adaptation() {
    const auto* now = shown_.nodes[state_.node].now();
    if (now == nullptr) return;
    const bool is_paused = now->stream.is_paused;
    ask(is_paused ? "Go on with the adaptation of the sound?"
                  : "Pause the adaptation of the sound?",
        {{"do", "adaptation"}, {"paused", !is_paused}});
  }

  void ask(std::string question, const nlohmann::json& what) {
    state_.asks = confirmation{.question = std::move(question), .what = {what.dump()}};
  }

  /// The actor that the chosen row is about, if it is about one.
  [[nodiscard]] std::optional<std::string> chosen_actor() const {
    if (state_.shows_help) return std::nullopt;
    const auto rows = table_shown(shown_, state_).keys;
    auto position = state_.table();
    settle(position, rows, rows_in(table_area(shown_, state_, size_)));
    if (rows.empty()) return std::nullopt;
    const auto& row = rows[position.row];
    switch (state_.shown) {
      case page::actors:
      case page::tree:
        return row;
      case page::clients:
      case page::links:
        return std::string{connection_prefix} + row;
      case page::latency:
      case page::flows:
      case page::events:
        break;
    }
    return std::nullopt;
  }

  static std::optional<std::uint64_t> client_of(const std::string& actor) {
    if (!actor.starts_with(connection_prefix)) return std::nullopt;
    const auto number = actor.substr(connection_prefix.size());
    std::uint64_t result = 0;
    const auto end = number.data() + number.size();
    const auto read = std::from_chars(number.data(), end, result);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return result;
  }

  void tell(std::string text) { state_.notice = {std::move(text), style::strong}; }

  view_state& state_;
  const scene& shown_;
  screen_size size_;
};

}  // namespace

key_outcome press(view_state& state, key pressed, const scene& shown, screen_size size) {
  follow_node(state, shown);
  auto outcome = key_press{state, shown, size}.take(pressed);
  settle(state, shown, size);
  return outcome;
}

}  // namespace troupe::inspecting::terminal
