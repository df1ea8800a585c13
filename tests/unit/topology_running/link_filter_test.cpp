#include "apps/topology/running/link_filter.hpp"

#include <doctest/doctest.h>

using namespace troupe::topology;

TEST_CASE("loss is drawn for each packet both ways, a partition drops all, and nothing nothing") {
  const auto rules = rules_for({{.one = "10.0.0.1", .other = "10.0.0.2", .share = 0.05},
                                {.one = "10.0.0.3", .other = "10.0.0.4", .share = 1},
                                {.one = "10.0.0.5", .other = "10.0.0.6", .share = 0}});
  const auto has = [&](const char* rule) { return rules.find(rule) != std::string::npos; };
  CHECK(has("ip saddr 10.0.0.1 ip daddr 10.0.0.2 numgen random mod 10000 < 500 drop\n"));
  CHECK(has("ip saddr 10.0.0.2 ip daddr 10.0.0.1 numgen random mod 10000 < 500 drop\n"));
  CHECK(has("ip saddr 10.0.0.4 ip daddr 10.0.0.3 drop\n"));
  CHECK_FALSE(has("10.0.0.5"));
}
