#include "apps/topology/running/plan_links.hpp"

#include <doctest/doctest.h>

#include "protocol/failure.hpp"

using namespace troupe;
using namespace troupe::topology;

namespace {

plan diamond() {
  plan result;
  result.nodes = {{.name = "a", .source = "tone:440"},
                  {.name = "b", .upstreams = {{.upstream = "a"}}},
                  {.name = "c", .upstreams = {{.upstream = "a"}}},
                  {.name = "d", .upstreams = {{.upstream = "b"}, {.upstream = "c"}}}};
  return result;
}

}  // namespace

TEST_CASE("links are in the order of the nodes and their upstreams") {
  const auto links = links_of(diamond());
  REQUIRE(links.size() == 4);
  CHECK(links[3].node == 3);
  CHECK(links[3].upstream == 2);
  CHECK(link_index(diamond(), {.node = "d", .upstream = "b"}) == 2);
  CHECK_THROWS_AS(static_cast<void>(link_index(diamond(), {.node = "d", .upstream = "a"})),
                  failure);
  CHECK_THROWS_AS(static_cast<void>(node_index(diamond(), "x")), failure);
}

TEST_CASE("hops are counted to the source") {
  CHECK(hops_of(diamond(), 0) == 0);
  CHECK(hops_of(diamond(), 1) == 1);
  CHECK(hops_of(diamond(), 3) == 2);
}
