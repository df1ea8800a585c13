// What is to be seen on terminals of several sizes.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "apps/inspect/model/changes.hpp"
#include "apps/inspect/model/event.hpp"
#include "apps/inspect/terminal/interaction.hpp"
#include "apps/inspect/terminal/view.hpp"
#include "protocol/failure.hpp"
#include "tests/unit/inspect/terminal/small_node.hpp"

using namespace troupe::inspecting;
using namespace troupe::inspecting::terminal;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

constexpr screen_size usual{.rows = 24, .columns = 80};
constexpr screen_size large{.rows = 40, .columns = 120};

/// A terminal of some size on which keys are pressed.
struct stage {
  scene shown;
  screen_size size = usual;
  view_state state;

  void press(key pressed) { static_cast<void>(terminal::press(state, pressed, shown, size)); }
  void press(std::u32string_view keys) {
    for (const char32_t each : keys) press(each);
  }
  [[nodiscard]] screen picture() {
    settle(state, shown, size);
    return draw(shown, state, size);
  }
  [[nodiscard]] std::string text() { return picture().text(); }
};

/// The line of that beginning, from which all spaces at the front are taken.
std::string line_with(const std::string& text, std::string_view part) {
  const auto found = text.find(part);
  if (found == std::string::npos) return {};
  const auto begin = text.rfind('\n', found) + 1;
  return text.substr(begin, text.find('\n', found) - begin);
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A node in trouble of all kinds that its table tells.
scene troubled() {
  auto earlier = small_node();
  auto later = one_second_later(earlier);
  auto& source = actor_in(later, "source");
  source = actor_in(earlier, "source");
  actor_in(earlier, "source").in_hand = {.message = "wake_up", .lasting = 1300ms};
  source.in_hand = {.message = "wake_up", .lasting = 2300ms};
  source.state = "stuck";
  auto& monitor = actor_in(later, "latency_monitor");
  monitor.restarts = 2;
  monitor.age = 4s;
  monitor.last_failure = "out of memory";
  actor_in(later, "frame_processor").busy += 50 * 1600us;
  actor_in(later, "client_registry").mailbox = {.now = 40, .peak = 41};
  return scene_of(earlier, later);
}

/// The look of the first cell that shows a part of a text.
style look_of(const screen& picture, std::string_view part, int skipped = 0) {
  for (int row = 0; row < picture.size().rows; ++row) {
    const auto line = picture.line(row);
    const auto found = line.find(part);
    if (found == std::string::npos) continue;
    // The lines of these tests have no wide characters before what is looked for.
    return picture.at(row, static_cast<int>(found) + skipped).look;
  }
  FAIL("\"" << part << "\" is not to be seen");
  return style::plain;
}

}  // namespace

TEST_CASE("a node in good order, on a terminal of the usual size") {
  stage on{small_scene()};
  CHECK(on.text() ==
        R"( kitchen on pi   tone of 440 Hz at -12 dBFS                   healthy, up 2h00m
 Latency 90 µs, p99 180 µs  Frames  50.0/s            Dropped 0/s, 30 in all
 Clients 3                  CPU     3.4 % ▎           Memory  15 MiB, 3 threads
 Level   0 of 8             Link    none              Codec   64 kbit/s, 20 ms
✓ nothing stands out
 1 Actors  2 Tree  3 Latency  4 Clients  5 Links  6 Flows  7 Events
 Actor                  State    Mailbox Turns/s Busy %     Mean Restarts Now
 supervisor             up           0/2     1.0    0     5.0 µs        0
  source                up           0/2     100  1.6     160 µs        0
  frame_processor       up           0/2    50.0  0.1      12 µs        0
  latency_monitor       up           0/2     5.0    0      30 µs        0
  client_registry       up           0/2     2.0    0     8.0 µs        0
  acceptor              up           0/2       0    0          –        0
  adaptive_optimiser    up           0/2     1.0    0      20 µs        0
  system_sensor         up           0/2     1.0    0      90 µs        0
  connection_supervisor up           0/2       0    0          –        0
   connection ×3        up           0/2     150  0.1     9.0 µs        0






q Quit h Help / Filter s Sort Enter Open r Restart u Unfold p Pause e Events
)");
}

TEST_CASE("a node in good order, on the smallest terminal") {
  stage on{small_scene(), least_size};
  CHECK(on.text() ==
        R"( kitchen on pi   tone of 440 Hz at -12 d… healthy, up 2h00m
 Latency 90 µs, p99 180 µs    Frames  50.0/s
 Dropped 0/s, 30 in all       Clients 3
✓ nothing stands out
1Actors 2Tree 3Latency 4Clients 5Links 6Flows 7Events
 Actor                  State    Mailbox Busy %     Mean
 supervisor             up           0/2    0     5.0 µs
  source                up           0/2  1.6     160 µs
  frame_processor       up           0/2  0.1      12 µs
  latency_monitor       up           0/2    0      30 µs
  client_registry       up           0/2    0     8.0 µs
  acceptor              up           0/2    0          –
  adaptive_optimiser    up           0/2    0      20 µs
  system_sensor         up           0/2    0      90 µs
q Quit h Help / Filter s Sort Enter Open          1–8 of 10
)");
}

TEST_CASE("a node in trouble, on a large terminal") {
  stage on{troubled(), large};
  const auto text = on.text();
  CHECK(line_with(text, "! source is") == "! source is stuck: at wake_up for 2.3 s");
  CHECK(line_with(text, "! latency_monitor was") ==
        "! latency_monitor was restarted 4.0 s ago: out of memory");
  CHECK(holds(line_with(text, "! frame_processor is"), "and 1 more"));
  CHECK(line_with(text, " Actor  ") ==
        " Actor                  State    Mailbox Turns/s Busy %     Mean    p99    Max Wait p99 "
        "Restarts Now");
  CHECK(line_with(text, "! source  ") ==
        "! source                stuck        0/2       0  100 ███      – 320 µs 640 µs   8.0 µs "
        "       0 2.3 s wake_up");
  CHECK(holds(text, "Pid     4711 on pi"));
}

TEST_CASE("red is where it hurts, yellow where it may, and each has a sign as well") {
  stage on{troubled()};
  on.state.tables[0].chosen = "acceptor";
  const auto picture = on.picture();
  CHECK(look_of(picture, "! source  ", 2) == style::alarm);
  CHECK(look_of(picture, "stuck  ") == style::alarm);
  CHECK(look_of(picture, "! frame_processor ", 2) == style::alarm);
  CHECK(look_of(picture, "1.6 ms") == style::alarm);
  CHECK(look_of(picture, "! latency_monitor ", 2) == style::alarm);
  CHECK(look_of(picture, "~ client_registry", 2) == style::warning);
  CHECK(look_of(picture, "40/41") == style::warning);
  CHECK(look_of(picture, "  system_sensor", 2) == style::plain);
  CHECK(look_of(picture, "acceptor") == style::chosen);
}

TEST_CASE("a thousand connections are one row, until they are unfolded or looked for") {
  stage on{small_scene(1000)};
  CHECK(holds(on.text(), "connection ×1000"));
  CHECK_FALSE(holds(on.text(), "connection:1 "));
  on.press(U"u");
  CHECK(holds(on.text(), "connection:1 "));
  CHECK(holds(on.text(), "1–16 of 1010"));
  on.press(keys::end);
  CHECK(holds(on.text(), "connection:1000"));
  CHECK(holds(on.text(), "995–1010 of 1010"));
  on.press(U"u/n:77");
  CHECK(line_with(on.text(), "connection:77 ") != "");
  CHECK(line_with(on.text(), "connection:770 ") != "");
  CHECK_FALSE(holds(on.text(), "connection:78 "));
}

TEST_CASE("a connection in trouble is seen while the others are one row") {
  auto node = one_second_later(small_node(1000));
  auto& hangs = actor_in(node, "connection:500");
  hangs.state = "stuck";
  stage on{scene_of(small_node(1000), node)};
  CHECK(holds(on.text(), "!  connection:500"));
  CHECK(line_with(on.text(), "! connection") == "! connection:500 is stuck");
}

TEST_CASE("the tree shows who supervises whom, who failed and why") {
  stage on{troubled()};
  on.press(U"2");
  CHECK(line_with(on.text(), "source   ") ==
        "!├─ source                stuck     2h00m      0     0        0");
  CHECK(
      holds(line_with(on.text(), "├─ latency_monitor"), "4.0 s      0     0        2 out of mem"));
  CHECK(holds(on.text(), "    └─ connection ×3"));
}

TEST_CASE("latencies are told by stage, and how the chosen one went is drawn") {
  auto node = one_second_later(small_node());
  stage on{scene_of(small_node(), node)};
  node.node.now += 1s;
  node.stages.back().last_second.p99 = 360us;
  on.shown.nodes[0].latencies.note(node);
  on.press(U"3");
  CHECK(line_with(on.text(), "total   ") ==
        " total        90 µs  180 µs    90 µs   180 µs  90 µs 180 µs 360 µs stable");
  CHECK(holds(on.text(), "total, p99 of each second, 2 s to now"));
  CHECK(holds(line_with(on.text(), " 360 µs  "), " █"));
  CHECK(holds(line_with(on.text(), "      0 "), "██"));
  on.press(keys::down);
  CHECK(holds(on.text(), "capture, p99 of each second, 2 s to now"));
  on.size = least_size;
  CHECK(holds(on.text(), "capture      20 µs"));
  CHECK_FALSE(holds(on.text(), "p99 of each second"));
}

TEST_CASE("clients have what they lost by its cause") {
  auto node = one_second_later(small_node());
  node.clients[1].frames_dropped["queue_full"] += 12;
  node.clients[2].address = "10.0.0.2:4747";
  stage on{scene_of(small_node(), node)};
  on.press(U"4");
  CHECK(line_with(on.text(), "pid 5002") ==
        "~2      pid 5002            50.0   12.0    22   0/6 190 µs queue_full 20, clien…");
  on.press(U"5");
  CHECK_FALSE(holds(on.text(), "pid 5002"));
  CHECK(holds(on.text(), "10.0.0.2:4747"));
}

TEST_CASE("the link to the node that is heard has its losses and its clock") {
  auto earlier = small_node();
  earlier.upstream.emplace();
  auto node = one_second_later(earlier);
  node.upstream =
      upstream_facts{.upstream = "hall",
                     .address = "10.0.0.1:4747",
                     .connects = 3,
                     .losses = 2,
                     .refusals = 1,
                     .last_refusal = "it would hear itself",
                     .frames_received = 50,
                     .frames_missing = 4,
                     .clock = clock_facts{.offset = -3ms, .error = 40us, .drift_ppm = 1.25}};
  stage on{scene_of(earlier, node)};
  on.press(U"5");
  const auto text = on.text();
  CHECK(line_with(text, "Hears") == " Hears   hall at 10.0.0.1:4747");
  CHECK(line_with(text, "Frames  50.0/s,") ==
        " Frames  50.0/s, 50 in all, 4 missing, 0 twice, 0 unfit");
  CHECK(line_with(text, "made 3") ==
        " Link    made 3, lost 2, left 0, refused 1 times: it would hear itself");
  CHECK(line_with(text, "Clock") == " Clock   3.0 ms behind ± 40 µs, drifts 1.2 ppm");
  CHECK(holds(text, "Link    50.0/s, 4 missing"));
}

TEST_CASE("flows tell what goes where, how often, and how long it waits") {
  stage on{small_scene()};
  on.press(U"6");
  CHECK(line_with(on.text(), "frame_processor       connection") ==
        " frame_processor       connection            frame                  150    10 µs");
}

TEST_CASE("events are told from the newest on, the chosen one in full") {
  const auto earlier = small_node();
  auto view = view_of(earlier, one_second_later(earlier));
  const std::string length(90, 'x');
  view->events = std::make_shared<const std::vector<event>>(std::vector<event>{
      {.number = 1, .kind = "client", .level = event_level::info, .text = "client 1 came"},
      {.number = 2, .kind = "actor", .level = event_level::error, .text = "source " + length}});
  view->events_seen = 2;
  stage on{scene_of(view)};
  on.press(U"e");
  const auto text = on.text();
  CHECK(text.find("source xxx") < text.find("client 1 came"));
  CHECK(look_of(on.picture(), "source xxx") == style::alarm_on_bar);
  CHECK(holds(text, " source\n " + length.substr(0, 78) + "\n"));
}

TEST_CASE("an actor's page has what it does for each type of message") {
  stage on{troubled()};
  on.press(keys::down);
  on.press(keys::enter);
  const auto text = on.text();
  CHECK(holds(text, " source, of supervisor\n"));
  CHECK(holds(text, "0 turns/s, 100 % of a core; now at wake_up for 2.3 s"));
  on.press(keys::escape);
  on.press(keys::down);
  on.press(keys::enter);
  CHECK(line_with(on.text(), " wake_up   ") ==
        " wake_up            –                50.0    0.1  12 µs  12 µs  24 µs  48 µs");
  CHECK(holds(line_with(text, " ping"), "supervisor"));
}

TEST_CASE("a connection's page has what the node was asked for, and what happened since") {
  stage on{small_scene()};
  on.state.opened_actor = "connection:2";
  CHECK(holds(on.text(), "nothing is known of its handlers yet"));
  auto node = small_node();
  auto first = actor_in(node, "source");
  node = one_second_later(node);
  auto second = actor_in(node, "source");
  first.name = second.name = "connection:2";
  const auto node_asked = on.shown.nodes[0].target_text();
  on.shown.opened_actor = answered_actor{.node = node_asked, .facts = first};
  CHECK(line_with(on.text(), " wake_up   ") ==
        " wake_up            –                   –      –      – 160 µs 320 µs 640 µs");
  on.shown.opened_actor = answered_actor{
      .node = node_asked, .facts = second, .lately = changes_of_actor(first, second, 1s)};
  CHECK(line_with(on.text(), " wake_up   ") ==
        " wake_up            –                 100    1.6 160 µs 160 µs 320 µs 640 µs");
  on.state.opened_actor = "connection:3";
  CHECK_FALSE(holds(on.text(), " ping "));
  on.state.opened_actor = "connection:99";
  CHECK(holds(on.text(), "connection:99, which is not there"));
}

TEST_CASE("an actor's page has nothing of another node's actor of the same name") {
  stage on{scene_of_two()};
  on.press(keys::down);
  on.press(keys::enter);
  auto node = small_node();
  auto source = actor_in(node, "source");
  source.handlers[0].message = "only_in_kitchen";
  on.shown.opened_actor = answered_actor{.node = on.shown.nodes[0].target_text(),
                                         .facts = source,
                                         .lately = changes_of_actor(source, source, 1s)};
  CHECK(holds(on.text(), " only_in_kitchen "));
  on.press(U"n");
  on.press(keys::enter);
  CHECK(on.state.opened_actor == "source");
  CHECK(on.picture().line(0).starts_with(" hall on pi"));
  CHECK_FALSE(holds(on.text(), " only_in_kitchen "));
  CHECK(line_with(on.text(), " wake_up   ") ==
        " wake_up            –                 100    1.6 160 µs 160 µs 320 µs 640 µs");
}

TEST_CASE("a node that went away stays to be seen, with since when and why") {
  const auto earlier = small_node();
  auto view = view_of(earlier, one_second_later(earlier));
  view->state = presence::away;
  view->since = view->latest->parsed.node.now;
  view->trouble = troupe::failure{troupe::failure_kind::no_node, "it closed the connection"};
  auto shown = scene_of(view);
  shown.now = view->since + 12s;
  stage on{std::move(shown)};
  CHECK(line_with(on.text(), "away since") ==
        "! away since 12 s, trying again: it closed the connection");
  CHECK(holds(on.text(), "  source                up"));
  CHECK(holds(on.picture().line(0), "away"));
  CHECK(look_of(on.picture(), "  source", 2) == style::label);
}

TEST_CASE("a node that has not answered yet is named by how it is reached") {
  auto view = std::make_shared<node_view>();
  view->node = socket_target{"/run/a.sock"};
  view->events = std::make_shared<const std::vector<event>>();
  for (const char32_t page : std::u32string{U"1234567"}) {
    stage on{scene_of(view)};
    on.press(page);
    CHECK(holds(on.picture().line(0), "/run/a.sock"));
    CHECK(holds(on.text(), "waiting for its first answer"));
  }
}

TEST_CASE("a terminal that is too small is told so, and one of any size does no harm") {
  stage on{small_scene(), {.rows = 14, .columns = 60}};
  CHECK(on.text().starts_with(
      "Please make this window larger: 60 by 15 at least, it is 60\nby 14.\n"));
  for (const int rows : {1, 2, 7, 15, 16, 20, 33, 200}) {
    for (const int columns : {1, 10, 59, 60, 61, 72, 100, 400}) {
      for (const char32_t page : std::u32string{U"1234567h"}) {
        on.size = {.rows = rows, .columns = columns};
        on.press(page);
        CHECK(on.picture().size() == on.size);
      }
    }
  }
}

TEST_CASE("names and texts from a node cannot steer the terminal") {
  auto node = one_second_later(small_node());
  node.node.name = node.node.host = node.node.source = "\x1b[2J";
  actor_in(node, "source").name = "\x1b]0;title\x07";
  actor_in(node, "acceptor").last_failure = "\x1b[31m";
  actor_in(node, "acceptor").state = "wait\ning";
  node.clients[0].pace = "\r\n";
  node.clients[0].address = "\x9b";
  node.stages[0].stage = "\x1b";
  node.flows[0].from = "\x1b";
  node.node.log_level = "\x1b";
  stage on{scene_of(small_node(), node), large};
  for (const char32_t page : std::u32string{U"1234567"}) {
    on.press(page);
    const auto picture = on.picture();
    for (int row = 0; row < on.size.rows; ++row)
      for (int column = 0; column < on.size.columns; ++column)
        REQUIRE(picture.at(row, column).glyph >= U' ');
  }
}

TEST_CASE("a thousand connections are drawn far more often than they have to be") {
  stage on{small_scene(1000), large};
  on.press(U"us");
  constexpr int times = 20;
  const auto begin = std::chrono::steady_clock::now();
  for (int time = 0; time < times; ++time) static_cast<void>(on.picture());
  const std::chrono::duration<double, std::milli> lasted =
      (std::chrono::steady_clock::now() - begin) / times;
  MESSAGE("a screen of 1,000 connections, sorted, takes " << lasted.count() << " ms");
  // Ten times a second is needed; what is slower than this would be another kind of program.
  CHECK(lasted < 100ms);
}
