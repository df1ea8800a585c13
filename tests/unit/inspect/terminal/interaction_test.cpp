#include "apps/inspect/terminal/interaction.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "apps/inspect/terminal/view.hpp"
#include "tests/unit/inspect/terminal/small_node.hpp"

using namespace troupe::inspecting;
using namespace troupe::inspecting::terminal;
using namespace troupe::test;

namespace {

struct stage {
  scene shown = small_scene();
  view_state state;
  screen_size size{};

  key_outcome press(key pressed) { return terminal::press(state, pressed, shown, size); }
  key_outcome press(std::u32string_view keys) {
    key_outcome last;
    for (const char32_t each : keys) last = press(each);
    return last;
  }
  /// What a key has the node asked, after the user's yes.
  nlohmann::json asked_after(std::u32string_view keys) {
    const auto outcome = press(keys);
    const auto* wanted = std::get_if<request>(&outcome);
    REQUIRE(wanted != nullptr);
    return nlohmann::json::parse(wanted->question);
  }
  [[nodiscard]] std::string lowest_line() { return draw(shown, state, size).line(size.rows - 1); }
};

bool is_nothing(const key_outcome& outcome) {
  return std::holds_alternative<std::monostate>(outcome);
}

}  // namespace

TEST_CASE("pages are chosen by number, by function key, and one after the other") {
  stage on;
  on.press(U"3");
  CHECK(on.state.shown == page::latency);
  on.press(keys::f1);
  CHECK(on.state.shown == page::actors);
  on.press(keys::back_tab);
  CHECK(on.state.shown == page::events);
  on.press(keys::tab);
  on.press(keys::tab);
  CHECK(on.state.shown == page::tree);
  on.press(U"e");
  CHECK(on.state.shown == page::events);
}

TEST_CASE("q ends the view, also from the help, but not while a text is typed") {
  stage on;
  CHECK(std::holds_alternative<quit>(on.press(U"q")));
  CHECK(std::holds_alternative<quit>(on.press(keys::f1 + 9)));
  CHECK(std::holds_alternative<quit>(on.press(U"hq")));
  stage typing;
  CHECK(is_nothing(typing.press(U"/q")));
  CHECK(typing.state.table().filter == "q");
}

TEST_CASE("a filter is typed, kept, changed and taken back") {
  stage on;
  on.press(U"/ab");
  on.press(keys::backspace);
  CHECK(on.state.table().filter == "a");
  CHECK(on.lowest_line() == " Rows that hold: a▏   Enter keeps, Esc takes back");
  on.press(keys::enter);
  CHECK(std::holds_alternative<std::monostate>(on.state.asks));
  on.press(U"/c");
  CHECK(on.state.table().filter == "ac");
  on.press(keys::escape);
  CHECK(on.state.table().filter == "a");
  on.press(keys::escape);
  CHECK(on.state.table().filter == "");
  on.press(U"/ü");
  on.press(keys::backspace);
  CHECK(on.state.table().filter == "");
}

TEST_CASE("each page has a filter, an order and a place of its own") {
  stage on;
  on.press(U"ss");
  on.press(U"4<");
  on.press(keys::end);
  CHECK(on.state.table().chosen == "3");
  on.press(U"1");
  CHECK(on.state.table().sorted_by == 1);
  CHECK(on.state.table().chosen == "");
  on.press(U"i");
  CHECK(on.state.table().is_reversed);
  CHECK_FALSE(on.state.tables[3].is_reversed);
}

TEST_CASE("rows are moved through by lines, by pages and to both ends") {
  stage on;
  on.shown = small_scene(100);
  on.press(U"u");
  on.press(keys::down);
  on.press(keys::down);
  on.press(keys::up);
  CHECK(on.state.table().chosen == "source");
  on.press(keys::page_down);
  CHECK(on.state.table().row == 17);
  on.press(keys::end);
  CHECK(on.state.table().chosen == "connection:100");
  on.press(keys::page_up);
  CHECK(on.state.table().row == 93);
  on.press(keys::home);
  CHECK(on.state.table().row == 0);
}

TEST_CASE("columns are passed over to the right and back") {
  stage on;
  for (int time = 0; time < 30; ++time) on.press(keys::right);
  CHECK(on.state.table().shift == 9);
  for (int time = 0; time < 30; ++time) on.press(keys::left);
  CHECK(on.state.table().shift == 0);
}

TEST_CASE("an actor is opened from its row, a client's connection from the client's") {
  stage on;
  on.press(keys::down);
  on.press(keys::enter);
  CHECK(on.state.opened_actor == "source");
  on.press(keys::escape);
  CHECK_FALSE(on.state.opened_actor);
  on.press(U"4");
  on.press(keys::end);
  on.press(keys::enter);
  CHECK(on.state.opened_actor == "connection:3");
  on.press(U"6");
  CHECK_FALSE(on.state.opened_actor);
  on.press(keys::enter);
  CHECK_FALSE(on.state.opened_actor);
  CHECK(on.lowest_line() == " there is nothing more to open here");
  on.press(keys::up);
  CHECK(on.lowest_line().starts_with("q Quit"));
}

TEST_CASE("an actor is restarted after a yes, and only then") {
  stage on;
  on.press(keys::down);
  CHECK(is_nothing(on.press(U"r")));
  CHECK(on.lowest_line() == " Restart source? y/n");
  CHECK(is_nothing(on.press(U"n")));
  CHECK(on.lowest_line() == " nothing was done");
  on.press(U"r");
  CHECK(is_nothing(on.press(keys::enter)));
  CHECK(on.asked_after(U"ry") == nlohmann::json{{"do", "restart"}, {"actor", "source"}});
  on.press(keys::enter);
  CHECK(on.asked_after(U"ry") == nlohmann::json{{"do", "restart"}, {"actor", "source"}});
  on.press(U"3r");
  CHECK(on.lowest_line() == " choose an actor on page 1 or 2 to restart it");
}

TEST_CASE("a client is closed by its row, or by its connection's") {
  stage on;
  on.press(U"4");
  on.press(keys::down);
  CHECK(on.asked_after(U"cy") == nlohmann::json{{"do", "close"}, {"client", 2}});
  on.press(U"1u");
  on.press(keys::end);
  CHECK(on.asked_after(U"cy") == nlohmann::json{{"do", "close"}, {"client", 3}});
  on.press(keys::home);
  on.press(U"c");
  CHECK(on.lowest_line() == " choose a client on page 4, or a connection on page 1, to close it");
}

TEST_CASE("adaptation is paused where it goes on, and goes on where it is paused") {
  stage on;
  CHECK(on.asked_after(U"ay") == nlohmann::json{{"do", "adaptation"}, {"paused", true}});
  auto node = one_second_later(small_node());
  node.stream.is_paused = true;
  on.shown = scene_of(small_node(), node);
  on.press(U"a");
  CHECK(on.lowest_line() == " Go on with the adaptation of the sound? y/n");
  CHECK(on.asked_after(U"y") == nlohmann::json{{"do", "adaptation"}, {"paused", false}});
}

TEST_CASE("the log's level is one of six, or stays as it is") {
  stage on;
  CHECK(on.asked_after(U"ld") == nlohmann::json{{"do", "log_level"}, {"level", "debug"}});
  CHECK(is_nothing(on.press(U"lx")));
  CHECK(on.lowest_line() == " the log's level stays as it is");
}

TEST_CASE("several nodes are shown one after the other, and a single one is said to be that") {
  stage on;
  on.press(U"n");
  CHECK(on.lowest_line() == " there is only this node; name several when you start the program");
  on.shown = scene_of_two();
  on.press(keys::enter);
  on.press(U"n");
  CHECK_FALSE(on.state.opened_actor);
  const auto title = draw(on.shown, on.state, on.size).line(0);
  CHECK(title.starts_with(" hall on pi"));
  CHECK(title.ends_with("node 2 of 2, healthy, up 2h00m"));
  on.press(U"n");
  CHECK(on.state.node == 0);
  on.press(U"n");
  on.shown.nodes.pop_back();
  settle(on.state, on.shown, on.size);
  CHECK(on.state.node == 0);
}

TEST_CASE("the node that was chosen stays in view, wherever it is among the others") {
  stage on;
  on.shown = scene_of_two();
  on.press(U"n");
  std::swap(on.shown.nodes[0], on.shown.nodes[1]);
  settle(on.state, on.shown, on.size);
  const auto title = draw(on.shown, on.state, on.size).line(0);
  CHECK(title.starts_with(" hall on pi"));
  CHECK(title.ends_with("node 1 of 2, healthy, up 2h00m"));
}

TEST_CASE("of a node that is gone nothing stays opened, and nothing is asked of one in its place") {
  stage on;
  on.shown = scene_of_two();
  on.press(U"n");
  on.press(keys::down);
  on.press(keys::enter);
  on.press(U"r");
  CHECK(on.lowest_line() == " Restart source? y/n");
  on.shown.nodes.pop_back();
  CHECK(is_nothing(on.press(U"y")));
  CHECK(on.state.node == 0);
  CHECK_FALSE(on.state.opened_actor);
  CHECK(draw(on.shown, on.state, on.size).line(0).starts_with(" kitchen on pi"));
}

TEST_CASE("the display is held, and the help read, to its end") {
  stage on;
  on.press(U"p");
  CHECK(draw(on.shown, on.state, on.size).line(0).ends_with("paused  healthy, up 2h00m"));
  on.press(U"p?");
  CHECK(draw(on.shown, on.state, on.size).text().find("ends the view") != std::string::npos);
  on.press(keys::end);
  CHECK(draw(on.shown, on.state, on.size).text().find("of the frames in the last second") !=
        std::string::npos);
  on.press(keys::escape);
  CHECK_FALSE(on.state.shows_help);
}

TEST_CASE("a long answer of a node takes the lines that it needs") {
  stage on;
  on.state.notice = {"this is not done: " + std::string(100, 'x'), style::alarm};
  const auto picture = draw(on.shown, on.state, on.size);
  CHECK(picture.line(on.size.rows - 3) == " this is not done:");
  CHECK(picture.line(on.size.rows - 2) == " " + std::string(78, 'x'));
  CHECK(picture.line(on.size.rows - 1) == " " + std::string(22, 'x'));
}

TEST_CASE("what is on the terminal can be drawn anew") {
  stage on;
  CHECK(std::holds_alternative<redraw>(on.press(keys::redraw)));
}

TEST_CASE("no key does harm on any page, whatever there is to be shown") {
  stage on;
  const std::vector<key> some{
      keys::up,   keys::down,  keys::left,   keys::right, keys::page_up, keys::end, keys::page_down,
      keys::home, keys::enter, keys::escape, keys::tab,   keys::unknown, U's',      U'<',
      U'i',       U'u',        U'h',         U'p',        U'n',          U'r',      U'c',
      U'a',       U'l',        U'x'};
  for (const auto& shown : {small_scene(), small_scene(0)}) {
    on.shown = shown;
    for (const char32_t page : std::u32string{U"1234567"}) {
      for (const key first : some) {
        for (const key second : some) {
          on.press(page);
          on.press(first);
          on.press(second);
          CHECK(draw(on.shown, on.state, on.size).size() == on.size);
        }
      }
    }
  }
}
