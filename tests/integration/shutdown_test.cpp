#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "tests/integration/support/eventually.hpp"
#include "tests/integration/support/fault_client.hpp"
#include "tests/integration/support/faults.hpp"
#include "tests/integration/support/running_node.hpp"
#include "tests/integration/support/sanitizers.hpp"
#include "tests/integration/support/wire_client.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

using clock = std::chrono::steady_clock;

constexpr auto end_limit = 2s;
constexpr int most_clients = 3;
/// Those that another one takes the place of when they are stuck.
const std::vector<std::string> replaceable_roles{"latency_monitor", "frame_processor",
                                                 "client_registry", "acceptor", "source"};

/// A number for longer runs by hand, from the environment.
int count_from(const char* variable, int otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

/// Draws what differs from one end to the next.
class dice {
 public:
  explicit dice(std::uint32_t seed) : chance_(seed) {}

  int from_to(int least, int most) { return std::uniform_int_distribution{least, most}(chance_); }
  bool coin() { return from_to(0, 1) == 1; }

  template <class List>
  auto& one_of(List& list) {
    return list[static_cast<std::size_t>(from_to(0, static_cast<int>(list.size()) - 1))];
  }

  void pause(std::chrono::microseconds most) {
    const auto drawn = from_to(0, static_cast<int>(most.count()));
    std::this_thread::sleep_for(std::chrono::microseconds{drawn});
  }

 private:
  std::mt19937 chance_;
};

/// Frames so often, and so little room for them, that a client that does not read is stalled soon.
std::vector<std::string> with_short_frames(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--frame-ms", "2.5", "--socket-buffer", "4"});
  return arguments;
}

/// A node whose clients do not read.
struct stalled_scene {
  stalled_scene(dice& chance, const std::vector<std::string>& arguments, int least_clients = 0)
      : node(with_short_frames(arguments)) {
    for (int clients = chance.from_to(least_clients, most_clients); clients > 0; --clients) {
      stalled.push_back(node.client());
      stalled.back().shrink_receive_buffer(1);
      stalled.back().send_heartbeat();
    }
    chance.pause(100ms);
  }

  /// Tries again while the one it goes to is not there yet.
  void order(const std::string& fault) {
    INFO(fault);
    CHECK(eventually([&] { return faults.order(fault) == "ok"; }, 5s));
  }

  running_node node;
  fault_client faults{node.socket()};
  std::vector<wire_client> stalled;
};

/// Asks a node for its end, by one signal or two, checks that it comes as it should and returns how
/// long it took.
milliseconds end(starting_node& node, dice& chance) {
  INFO("its log:\n" << node.process().errors());
  const auto asked = clock::now();
  node.process().send_signal(SIGTERM);
  if (chance.coin()) {
    chance.pause(20ms);
    node.process().send_signal(SIGTERM);
  }
  node.wait();
  const auto took = std::chrono::duration_cast<milliseconds>(clock::now() - asked);
  CHECK(took < end_limit);
  CHECK_FALSE(std::filesystem::exists(node.socket() + ".faults"));
  return took;
}

/// Whether it waits for SIGTERM, and does not just hold back all signals for a moment, as libraries
/// do while they start a thread.
bool takes_sigterm(pid_t pid) {
  return blocks_signal(pid, SIGTERM) && !blocks_signal(pid, SIGUSR1);
}

/// Without pauses: the start takes some milliseconds only.
void await_sigterm_taken(pid_t pid) {
  const auto give_up = clock::now() + 5s;
  while (!takes_sigterm(pid))
    if (clock::now() > give_up) throw child_failure{"the node does not take SIGTERM"};
}

milliseconds end_during_start(dice& chance) {
  starting_node node{with_faults()};
  await_sigterm_taken(node.process().pid());
  chance.pause(20ms);
  return end(node, chance);
}

milliseconds end_with_stalled_clients(dice& chance) {
  stalled_scene scene{chance, with_faults()};
  return end(scene.node, chance);
}

milliseconds end_with_hung_actor(dice& chance) {
  auto targets = roles;
  targets.insert(targets.end(), {"supervisor", "connection:1"});
  stalled_scene scene{chance, with_faults(), 1};
  scene.order("hang " + chance.one_of(targets) + " 10s");
  chance.pause(30ms);
  return end(scene.node, chance);
}

milliseconds end_during_backoff(dice& chance) {
  stalled_scene scene{chance, with_faults({}, "10s")};
  const auto& role = chance.one_of(roles);
  scene.order("kill " + role);
  CHECK(eventually([&] { return scene.faults.restarts() == 1; }, 5s));
  scene.order("kill " + role);
  chance.pause(30ms);
  return end(scene.node, chance);
}

/// Asks for the node's status again and again, until there is no node to answer.
void ask_for_status(const std::stop_token& enough, fault_client& faults) {
  try {
    while (!enough.stop_requested()) faults.order("status");
  } catch (const wire_failure&) {
  }
}

milliseconds end_during_statistics(dice& chance) {
  stalled_scene scene{chance, with_faults({"--stats-interval", "100us"})};
  const std::jthread asker{
      [&](const std::stop_token& enough) { ask_for_status(enough, scene.faults); }};
  chance.pause(30ms);
  return end(scene.node, chance);
}

milliseconds end_during_takeover(dice& chance) {
  stalled_scene scene{chance, with_faults({"--stuck-after", "20ms"})};
  scene.order("hang " + chance.one_of(replaceable_roles) + " 10s");
  chance.pause(60ms);
  return end(scene.node, chance);
}

milliseconds end_after_kill(dice& chance) {
  auto targets = roles;
  targets.emplace_back("supervisor");
  stalled_scene scene{chance, with_faults()};
  scene.order("kill " + chance.one_of(targets));
  chance.pause(5ms);
  return end(scene.node, chance);
}

struct kind_of_end {
  std::string name;
  milliseconds (*happen)(dice&);
  int count = 0;
  milliseconds longest{};
};

std::array<kind_of_end, 7> all_kinds() {
  return {{{"during the start", end_during_start},
           {"with stalled clients", end_with_stalled_clients},
           {"with a hung actor", end_with_hung_actor},
           {"during a backoff", end_during_backoff},
           {"during statistics", end_during_statistics},
           {"during a takeover", end_during_takeover},
           {"after a kill", end_after_kill}}};
}

}  // namespace

TEST_CASE("asked to end at any moment, whatever goes on, a node does within 2 s") {
  const auto seed = static_cast<std::uint32_t>(
      count_from("TROUPE_SEED", static_cast<int>(std::random_device{}() & 0x7fffffff)));
  INFO("TROUPE_SEED=" << seed);
  dice chance{seed};
  auto kinds = all_kinds();
  const int ends = count_from("TROUPE_ENDS", sanitized ? 14 : 100);
  for (int i = 0; i < ends; ++i) {
    auto& kind = chance.one_of(kinds);
    INFO("the end number " << i << ", " << kind.name);
    kind.longest = std::max(kind.longest, kind.happen(chance));
    ++kind.count;
  }
  for (const auto& kind : kinds)
    MESSAGE(kind.count << " ends " << kind.name << ", the longest took " << kind.longest.count()
                       << " ms");
}
