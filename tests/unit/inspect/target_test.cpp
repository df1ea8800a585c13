#include "apps/inspect/target.hpp"

#include <doctest/doctest.h>

#include "tests/unit/support/refusal.hpp"

using namespace troupe;
using namespace troupe::inspecting;

TEST_CASE("a node is named by its socket, or by the control socket beside it") {
  CHECK(parse_target("/run/a.sock") == target{socket_target{"/run/a.sock"}});
  CHECK(parse_target("/run/a.sock.control") == target{socket_target{"/run/a.sock"}});
  CHECK(parse_target("a.sock") == target{socket_target{"a.sock"}});
  CHECK(parse_target("./a:1") == target{socket_target{"./a:1"}});
  CHECK(parse_target(".control") == target{socket_target{".control"}});
}

TEST_CASE("a node is named by its control socket, wherever that is") {
  CHECK(parse_target("control:/run/ctl") == target{control_target{"/run/ctl"}});
  CHECK(parse_target("control:ctl") == target{control_target{"ctl"}});
  CHECK(parse_target("control:./4747") == target{control_target{"./4747"}});
  CHECK(parse_target("control:/run/a.sock.control") == parse_target("/run/a.sock"));
  CHECK(parse_target("control:4747") == target{node_address{"control", 4747}});
  CHECK(parse_target("./control:/run/ctl") == target{socket_target{"./control:/run/ctl"}});
}

TEST_CASE("a node is named by its address") {
  const target node = node_address{"10.0.0.2", 4747};
  CHECK(parse_target("10.0.0.2:4747") == node);
  CHECK(parse_target("troupe://10.0.0.2:4747") == node);
  CHECK(parse_target("[::1]:4747") == target{node_address{"::1", 4747}});
}

TEST_CASE("what a target is called names the same node") {
  for (const auto* const text : {"/run/a.sock", "a.sock", "control:/run/ctl", "control:./4747",
                                 "troupe://10.0.0.2:4747", "troupe://control:4747"}) {
    CHECK(to_string(parse_target(text)) == text);
  }
  CHECK(to_string(parse_target("a:1")) == "troupe://a:1");
}

TEST_CASE("what names no node, or several at once, is refused") {
  for (const auto* const text : {"", ":1", "control:", "host:", "host:port", "host:70000",
                                 "troupe://", "troupe://a:1,troupe://b:1"}) {
    CAPTURE(text);
    CHECK(troupe::test::refusal_of([&] { return parse_target(text); }) == failure_kind::bad_value);
  }
}
