#include "actors/network/printable.hpp"

#include <string>

#include <doctest/doctest.h>

using troupe::network::printable;

TEST_CASE("what a peer says is shown without what a terminal would act on, and not at any length") {
  CHECK(printable("a node's name") == "a node's name");
  CHECK(printable("\x1b[2Jgone\n\x7f\xc3\xa4") == "?[2Jgone????");
  CHECK(printable(std::string(10'000, 'x')) == std::string(200, 'x'));
  CHECK(printable("longer than that", 6) == "longer");
}
