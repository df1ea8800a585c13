// Nodes that trust each other by certificates, as separate processes over loopback.

#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "tests/integration/support/certificates.hpp"
#include "tests/integration/support/check_sums.hpp"
#include "tests/integration/support/loopback.hpp"
#include "tests/integration/support/running_node.hpp"
#include "tests/integration/support/sanitizers.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

constexpr int slowdown = sanitized ? 4 : 1;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a relay and a listener hear a node over TLS, and nothing is missing") {
  const certificates made;
  const int port = free_port();
  running_node origin{made.options("node-a", {"--source", "tone:440", "--listen", at(port)})};
  running_node relay{made.options("node-b", {"--source", link_to(port)})};
  auto client = relay.client();
  const auto heard =
      run(TROUPE_LISTEN, made.options("listener", {link_to(port), "--duration", "2", "--json"}));
  CHECK_MESSAGE(heard.status == exited(0), heard.errors);
  client.read_until(wire_type::opus_frame);
  const auto account = relay.stop();
  CHECK(account["link"]["frames_received"] >= 90);
  CHECK(account["link"]["frames_missing"] == 0);
  check_sums(origin.stop());
}

TEST_CASE("whoever has no certificate of the authority is refused, and both ends say why") {
  const certificates made;
  const certificates foreign;
  const int port = free_port();
  running_node node{made.options("node-a", {"--source", "tone:440", "--listen", at(port)})};
  const auto both = made.file("both.crt");  // one who would take us, but not we them
  std::ofstream{both} << std::ifstream{made.file("ca.crt")}.rdbuf()
                      << std::ifstream{foreign.file("ca.crt")}.rdbuf();
  const auto check = [&](const std::vector<std::string>& arguments, const std::string& its_reason,
                         const std::string& our_reason) {
    const auto refused = run(TROUPE_LISTEN, arguments, {}, 10s * slowdown);
    CHECK(refused.status == exited(69));
    CHECK_MESSAGE(contains(refused.errors, its_reason), refused.errors);
    node.process().wait_for_errors(our_reason);
  };
  check({link_to(port)}, "want TLS", "it does not speak TLS");
  check(foreign.options("listener", {link_to(port)}), "is not from the authority",
        "it refused our certificate");
  check(foreign.options("listener", both, {link_to(port)}), "it refused our certificate",
        "its certificate is not from the authority");
  const auto good =
      run(TROUPE_LISTEN, made.options("listener", {link_to(port), "--duration", "1"}));
  CHECK_MESSAGE(good.status == exited(0), good.errors);
  CHECK(node.stop()["restarts"] == 0);
}

TEST_CASE("whatever comes to a port that wants TLS, the node and its links go on") {
  const certificates made;
  const int port = free_port();
  running_node node{made.options("node-a", {"--source", "tone:440", "--listen", at(port)})};
  running_node relay{made.options("node-b", {"--source", link_to(port)})};
  auto client = relay.client();
  client.read_until(wire_type::opus_frame);
  const plain_peer silent{port};
  std::string noise(4096, '\0');
  std::ifstream{"/dev/urandom"}.read(noise.data(), 4096);
  for (const auto& said :
       {std::string{"GET / HTTP/1.0\r\n\r\n"}, noise, std::string{"\x16\x03\x01\x40\x00", 5}}) {
    const plain_peer peer{port};
    peer.say(said);
    CHECK(peer.is_ended_within(5s * slowdown));
  }
  for (int i = 0; i < 50; ++i) const plain_peer knocks{port};
  CHECK(silent.is_ended_within(5s * slowdown));
  node.process().wait_for_errors("it did not begin TLS in time");
  client.read_until(wire_type::opus_frame);
  const auto account = relay.stop();
  CHECK(account["link"]["losses"] == 0);
  CHECK(account["link"]["frames_missing"] == 0);
  CHECK(node.stop()["restarts"] == 0);
}

TEST_CASE("certificates that cannot be used are refused before anything is served") {
  const certificates made;
  const certificates foreign;
  const auto check = [](std::vector<std::string> arguments, int code, const std::string& words) {
    const temporary_directory directory;
    arguments.insert(arguments.end(), {"--source", "silence:", "--listen", "127.0.0.1:0",
                                       "--socket", (directory / "socket").string()});
    const auto ended = run(TROUPE_NODE, arguments);
    CHECK(ended.status == exited(code));
    CHECK_MESSAGE(contains(ended.errors, words), ended.errors);
  };
  check({"--tls-cert", made.file("node-a.crt")}, 64, "give all three, or none");
  check({"--tls-cert", made.file("node-a.crt"), "--tls-key", made.file("node-b.key"), "--tls-ca",
         made.file("ca.crt")},
        64, "is not the key of");
  check(made.options("node-c", {}), 66, "No such file");
  check(made.options("node-a", foreign.file("ca.crt"), {}), 64, "is not from the authority");
  check(made.options("node-a", made.file("ca.key"), {}), 65, "no certificate");
}

TEST_CASE("certificates are made once, with keys for their owner alone") {
  const temporary_directory directory;
  const auto where = (directory / "certificates").string();
  const auto made = run(TROUPE_NODE, {"--make-certs", where});
  CHECK(made.status == exited(0));
  CHECK(contains(made.output, "--tls-ca " + where + "/ca.crt"));
  struct stat key {};
  REQUIRE(::stat((where + "/ca.key").c_str(), &key) == 0);
  CHECK((key.st_mode & 0777U) == 0600U);
  const auto again = run(TROUPE_NODE, {"--make-certs", where});
  CHECK(again.status == exited(73));
  CHECK(contains(again.errors, "it is there already"));
}
