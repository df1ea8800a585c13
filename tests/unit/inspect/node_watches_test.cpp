#include "apps/inspect/node_watches.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <poll.h>

#include "apps/inspect/control_channel.hpp"
#include "protocol/failure.hpp"
#include "tests/unit/inspect/support/fake_node.hpp"
#include "tests/unit/inspect/support/pretended_node.hpp"
#include "tests/unit/listen/scratch_directory.hpp"
#include "tests/unit/support/refusal.hpp"

using namespace troupe;
using namespace troupe::inspecting;
using namespace troupe::inspecting::test;
using namespace std::chrono_literals;
using listening::test::scratch_directory;
using nlohmann::json;

namespace {

using node_views = std::vector<std::shared_ptr<const node_view>>;

/// Nodes by address are at sockets here, too: HOST is the file's name.
struct stage {
  scratch_directory directory;

  [[nodiscard]] std::string socket(const std::string& name) const { return directory.file(name); }
  [[nodiscard]] target node(const std::string& name) const { return socket_target{socket(name)}; }

  [[nodiscard]] channel_maker channels() const {
    return [this](const target& node) -> std::unique_ptr<node_channel> {
      if (const auto* address = std::get_if<node_address>(&node))
        return std::make_unique<control_channel>(socket(address->host));
      return std::make_unique<control_channel>(std::get<socket_target>(node).path);
    };
  }
};

fake_node::answering answers_of(pretended_node& node) {
  return [&node](const json& question) { return node.answer(question); };
}

/// The views once they are as `condition` wants them.
node_views views_when(const node_watches& watches,
                      const std::function<bool(const node_views&)>& condition) {
  const auto give_up = std::chrono::steady_clock::now() + 20s;
  auto seen = watches.changes_so_far();
  auto views = watches.views();
  while (!condition(views) && std::chrono::steady_clock::now() < give_up) {
    seen = watches.wait_for_change(seen, 100ms);
    views = watches.views();
  }
  CHECK(condition(views));
  return views;
}

bool is_there(const node_views& views) { return views.front()->state == presence::present; }
bool is_away(const node_views& views) { return views.front()->state == presence::away; }
bool has_changes(const node_views& views) { return views.front()->between.has_value(); }

}  // namespace

TEST_CASE("a node that is watched is seen, with what it does in a second") {
  stage at;
  pretended_node kitchen{"kitchen"};
  const fake_node node{at.socket("a"), answers_of(kitchen)};
  const node_watches watches{{at.node("a")}, at.channels(), false};
  const auto view = views_when(watches, has_changes).front();
  CHECK(view->name() == "kitchen");
  CHECK(view->state == presence::present);
  CHECK_FALSE(view->trouble);
  CHECK(view->latest->document["node"]["name"] == "kitchen");
  CHECK(view->between->interval >= 1s);
  CHECK(view->between->produced_per_second == doctest::Approx(50));
}

TEST_CASE("rates stay while a node gives the same snapshot again") {
  stage at;
  pretended_node kitchen{"kitchen"};
  const fake_node node{at.socket("a"), answers_of(kitchen)};
  const node_watches watches{{at.node("a")}, at.channels(), false};
  const auto before = views_when(watches, has_changes).front();
  kitchen.stand_still(true);
  kitchen.happens("a reason to look again");
  const auto asked = node.questions().size();
  const auto has_looked_again = [&] {
    const auto questions = node.questions();
    const json snapshot{{"ask", "snapshot"}};
    return std::count(questions.begin() + std::ptrdiff_t(asked), questions.end(), snapshot) >= 2;
  };
  const auto after = views_when(watches, [&](const auto&) { return has_looked_again(); }).front();
  REQUIRE(after->between.has_value());
  CHECK(after->between->produced_per_second == doctest::Approx(50));
}

TEST_CASE("what happens in a node is seen, what happened before as well") {
  stage at;
  pretended_node kitchen{"kitchen"};
  kitchen.happens("before");
  const fake_node node{at.socket("a"), answers_of(kitchen)};
  const node_watches watches{{at.node("a")}, at.channels(), false};
  const auto before = views_when(watches, [](const auto& views) {
                        return views.front()->events_seen == 1;
                      }).front();
  CHECK(before->events->front().text == "before");
  kitchen.happens("now");
  kitchen.happens("and now");
  const auto after = views_when(watches, [](const auto& views) {
                       return views.front()->events_seen == 3;
                     }).front();
  const auto fresh = events_after(*after, before->events_seen);
  REQUIRE(fresh.size() == 2);
  CHECK(fresh[0].text == "now");
  CHECK(fresh[1].text == "and now");
}

TEST_CASE("of a node that is away it is known why, and what it was like, and it comes back") {
  stage at;
  pretended_node kitchen{"kitchen"};
  kitchen.happens("once");
  auto node = std::make_unique<fake_node>(at.socket("a"), answers_of(kitchen));
  const node_watches watches{{at.node("a")}, at.channels(), false};
  views_when(watches, [](const auto& views) { return views.front()->events_seen == 1; });
  node.reset();
  const auto away = views_when(watches, is_away).front();
  REQUIRE(away->trouble);
  CHECK(away->trouble->kind() == failure_kind::no_node);
  CHECK(away->name() == "kitchen");
  CHECK(away->events_seen == 1);

  node = std::make_unique<fake_node>(at.socket("a"), answers_of(kitchen));
  const auto back = views_when(watches, is_there).front();
  CHECK_FALSE(back->trouble);
  kitchen.happens("again");
  const auto again =
      views_when(watches, [](const auto& views) { return views.front()->events_seen > 1; }).front();
  CHECK(again->events->back().text == "again");
  CHECK(again->events_seen == 2);
}

TEST_CASE("a node that was started anew is not compared with what it was, and counts events anew") {
  stage at;
  pretended_node kitchen{"kitchen"};
  for (int i = 0; i < 3; ++i) kitchen.happens("before");
  auto node = std::make_unique<fake_node>(at.socket("a"), answers_of(kitchen));
  const node_watches watches{{at.node("a")}, at.channels(), false};
  views_when(watches, [](const auto& views) {
    return has_changes(views) && views.front()->events_seen == 3;
  });
  node.reset();
  views_when(watches, is_away);
  kitchen.starts_anew();
  kitchen.happens("after");
  node = std::make_unique<fake_node>(at.socket("a"), answers_of(kitchen));
  const auto first = views_when(watches, is_there).front();
  CHECK_FALSE(first->between);
  const auto anew = views_when(watches, [](const auto& views) {
                      return views.front()->events_seen == 4;
                    }).front();
  CHECK(anew->events->back().text == "after");
}

TEST_CASE("a node that answers nonsense is away, because of that") {
  stage at;
  const fake_node node{at.socket("a"), [](const json&) {
                         return std::optional<std::string>{R"({"version": 1, "actors": 7})"};
                       }};
  const node_watches watches{{at.node("a")}, at.channels(), false};
  const auto view = views_when(watches, is_away).front();
  REQUIRE(view->trouble);
  CHECK(view->trouble->kind() == failure_kind::unknown_format);
}

TEST_CASE("a watch ends at once, whatever its node is at") {
  stage at;
  const fake_node node{at.socket("a"), [](const json&) { return std::optional<std::string>{""}; }};
  const auto began = std::chrono::steady_clock::now();
  {
    const node_watches watches{{at.node("a")}, at.channels(), false};
    while (node.questions().empty()) std::this_thread::sleep_for(1ms);
  }
  CHECK(std::chrono::steady_clock::now() - began < node_channel::usual_patience);
}

TEST_CASE("the nodes that streams come from are watched as well, when that is wanted") {
  stage at;
  pretended_node leaf{"leaf"};
  pretended_node relay{"relay"};
  pretended_node root{"root"};
  relay.starts_anew();
  root.starts_anew();
  root.starts_anew();
  leaf.hears("relay:4747");
  relay.hears("root:4747");
  const fake_node at_leaf{at.socket("leaf"), answers_of(leaf)};
  const fake_node at_relay{at.socket("relay"), answers_of(relay)};
  const fake_node at_root{at.socket("root"), answers_of(root)};
  const node_watches watches{{at.node("leaf")}, at.channels(), true};
  const auto views = views_when(watches, [](const auto& all) {
    return all.size() == 3 && all.back()->state == presence::present;
  });
  CHECK(views[0]->name() == "leaf");
  CHECK(views[1]->name() == "relay");
  CHECK(views[2]->name() == "root");
}

TEST_CASE("without that only those that were named are watched") {
  stage at;
  pretended_node leaf{"leaf"};
  leaf.hears("relay:4747");
  const fake_node node{at.socket("leaf"), answers_of(leaf)};
  const node_watches watches{{at.node("leaf")}, at.channels(), false};
  CHECK(views_when(watches, has_changes).size() == 1);
}

TEST_CASE("a node that was named in two ways is there once") {
  stage at;
  pretended_node kitchen{"kitchen"};
  const fake_node node{at.socket("a"), answers_of(kitchen)};
  const node_watches watches{
      {at.node("a"), node_address{"a", 1}, at.node("a")}, at.channels(), false};
  const auto views = views_when(watches, [](const auto& all) {
    return all.size() == 1 && all.front()->state == presence::present;
  });
  CHECK(views.front()->node == at.node("a"));
}

TEST_CASE("a change can be waited for by poll, and is taken once") {
  stage at;
  const node_watches watches{{at.node("a")}, at.channels(), false};
  pollfd change{.fd = watches.change_descriptor(), .events = POLLIN, .revents = 0};
  CHECK(::poll(&change, 1, 10'000) == 1);
  watches.take_change();
  CHECK(watches.changes_so_far() > 0);
}

TEST_CASE("more nodes than can be watched are refused") {
  stage at;
  const std::vector<target> nodes(node_watches::most_nodes + 1, at.node("a"));
  CHECK(troupe::test::refusal_of([&] {
          return node_watches{nodes, at.channels(), false}.views();
        }) == failure_kind::bad_value);
}
