#include "apps/inspect/node_links.hpp"

#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::inspecting;

namespace {

using node_views = std::vector<std::shared_ptr<const node_view>>;

struct facts {
  std::string listen;
  std::string upstream;  ///< its address; empty where there is none
  std::string stream = "9f";
  target node = socket_target{"/run/a.sock"};
};

std::shared_ptr<const node_view> view_with(const facts& said) {
  snapshot now;
  now.node.listen = said.listen;
  now.node.stream = said.stream;
  if (!said.upstream.empty()) now.upstream = upstream_facts{.address = said.upstream};
  auto view = std::make_shared<node_view>();
  view->node = said.node;
  view->latest = std::make_shared<const reading>(reading{std::move(now), {}});
  return view;
}

}  // namespace

TEST_CASE("a node's upstream is the one that listens at that address") {
  const node_views nodes{
      view_with({.listen = "troupe://127.0.0.1:4747"}),
      view_with({.listen = "troupe://127.0.0.1:4748", .upstream = "127.0.0.1:4747"}),
      view_with({.upstream = "127.0.0.1:4748"})};
  CHECK(upstream_among(nodes, 0) == std::nullopt);
  CHECK(upstream_among(nodes, 1) == 0);
  CHECK(upstream_among(nodes, 2) == 1);
}

TEST_CASE("or the one that is inspected by it") {
  const node_views nodes{view_with({.upstream = "attic:4747"}),
                         view_with({.node = node_address{"attic", 4747}})};
  CHECK(upstream_among(nodes, 0) == 1);
}

TEST_CASE("or one that listens everywhere, at that port, and has the same stream") {
  const auto hearer = view_with({.upstream = "10.0.0.2:4747"});
  CHECK(upstream_among({hearer, view_with({.listen = "troupe://0.0.0.0:4747"})}, 0) == 1);
  CHECK(upstream_among({hearer, view_with({.listen = "troupe://[::]:4747"})}, 0) == 1);
  CHECK_FALSE(upstream_among({hearer, view_with({.listen = "troupe://0.0.0.0:4748"})}, 0));
  CHECK_FALSE(upstream_among(
      {hearer, view_with({.listen = "troupe://0.0.0.0:4747", .stream = "other"})}, 0));
}

TEST_CASE("a node that is not among them, has not answered or says nonsense is none") {
  CHECK_FALSE(upstream_among({view_with({.upstream = "10.0.0.2:4747"})}, 0));
  CHECK_FALSE(upstream_among({view_with({.upstream = "no address"})}, 0));
  CHECK_FALSE(upstream_among({std::make_shared<node_view>()}, 0));
  CHECK_FALSE(
      upstream_among({view_with({.upstream = "10.0.0.2:4747"}), std::make_shared<node_view>()}, 0));
}
