#include <array>
#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "apps/inspect/terminal/glyphs.hpp"
#include "apps/inspect/terminal/latency_history.hpp"
#include "apps/inspect/terminal/screen.hpp"
#include "apps/inspect/terminal/supervision_order.hpp"
#include "tests/unit/inspect/terminal/small_node.hpp"

using namespace troupe::inspecting;
using namespace troupe::inspecting::terminal;
using namespace std::chrono_literals;

TEST_CASE("what is put outside a screen is not drawn, and does no harm") {
  screen target{{2, 6}};
  CHECK(target.put(0, 4, "long") == 8);
  target.put(5, 0, "nowhere");
  target.put(1, -2, "left");
  CHECK(target.text() == "    lo\nft\n");
}

TEST_CASE("a styled line is cut where its room ends") {
  screen target{{1, 20}};
  target.put(0, 0, {{"one ", style::label}, {"two three", style::strong}}, 8);
  CHECK(target.line(0) == "one two…");
  CHECK(target.at(0, 0).look == style::label);
  CHECK(target.at(0, 7).look == style::strong);
}

TEST_CASE("a line that is chosen still shows what hurts") {
  screen target{{1, 3}};
  target.put(0, 0, {{"a", style::plain}, {"b", style::alarm}, {"c", style::warning}}, 3);
  target.mark_chosen(0);
  CHECK(target.at(0, 0).look == style::chosen);
  CHECK(target.at(0, 1).look == style::alarm_on_bar);
  CHECK(target.at(0, 2).look == style::warning_on_bar);
}

TEST_CASE("a share is a bar in eighths of a cell") {
  CHECK(share_bar(0, 3) == "   ");
  CHECK(share_bar(0.5, 3) == "█▌ ");
  CHECK(share_bar(1, 3) == "███");
  CHECK(share_bar(7, 3) == "███");
  CHECK(share_bar(-1, 1) == " ");
}

TEST_CASE("a graph has its newest value at the right, and a trace of what is small") {
  const std::array values{9.0, 0.0, 1.0, 8.0, 16.0};
  CHECK(column_graph(values, 16, 4, 2) == std::vector<std::string>{"   █", " ▁██"});
  CHECK(column_graph(values, 16, 6, 1) == std::vector<std::string>{" ▅ ▁▄█"});
  const std::array small{0.001};
  CHECK(column_graph(small, 16, 1, 1) == std::vector<std::string>{"▁"});
}

TEST_CASE("every sign that is drawn has one that any terminal knows") {
  CHECK(ascii_for(U'a') == 'a');
  for (const char32_t each : U"█▌▄▂│─├└…·–µ±×▲▼→✓↑↓▏")
    if (each != 0) CHECK(ascii_for(each) != '?');
  CHECK(ascii_for(U'ä') == '?');
}

TEST_CASE("an actor comes after its supervisor, with the branches that lead to it") {
  actor_facts root;
  root.name = "root";
  auto first = root;
  first.name = "first";
  first.parent = "root";
  auto below = root;
  below.name = "below";
  below.parent = "first";
  auto second = root;
  second.name = "second";
  second.parent = "root";
  auto lost = root;
  lost.name = "lost";
  lost.parent = "nobody";
  const std::vector<const actor_facts*> actors{&root, &first, &second, &below, &lost};
  std::string tree;
  for (const auto& place : in_supervision_order(actors))
    tree += place.branches + place.actor->name + "\n";
  CHECK(tree ==
        "root\n"
        "├─ first\n"
        "│  └─ below\n"
        "└─ second\n"
        "lost\n");
}

TEST_CASE("actors that name each other as parents are there once, and do not hang the view") {
  actor_facts one;
  one.name = "one";
  one.parent = "two";
  actor_facts two;
  two.name = "two";
  two.parent = "one";
  actor_facts own;
  own.name = own.parent = "own";
  const std::vector<const actor_facts*> actors{&one, &two, &own};
  CHECK(in_supervision_order(actors).size() == 3);
}

TEST_CASE("latencies are kept second by second, and forgotten when the node starts anew") {
  auto node = troupe::test::small_node();
  latency_history history;
  history.note(node);
  history.note(node);
  CHECK(history.of("total") == std::vector<double>{180});
  node.node.now += 200ms;
  history.note(node);
  CHECK(history.of("total").size() == 1);
  for (std::size_t second = 0; second < latency_history::most_seconds + 5; ++second) {
    node.node.now += 1s;
    history.note(node);
  }
  CHECK(history.of("total").size() == latency_history::most_seconds);
  node.node.started += 1h;
  node.node.now += 1h;
  node.stages.back().last_second.count = 0;
  history.note(node);
  CHECK(history.of("total") == std::vector<double>{0});
  CHECK(history.of("nothing").empty());
}
