#include "actors/network/link_receiver.hpp"

#include <array>
#include <atomic>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <sys/socket.h>

#include "actors/runtime/wakeable_actor.hpp"
#include "tests/actors/support/connection_colleagues.hpp"
#include "tests/actors/support/manual_poller.hpp"
#include "tests/actors/support/sound_frames.hpp"
#include "tests/actors/support/stage.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using test::stage;

namespace {

/// The sending end of a link, as far as the receiving end knows it.
struct fake_upstream {
  std::vector<std::uint64_t> granted;
  std::vector<std::string> goodbyes;
  int questions = 0;
  bool answers = true;
  std::chrono::nanoseconds is_ahead{0};
};

link_sender_actor::behavior_type fake_sender(link_sender_actor::pointer self, fake_upstream* notes,
                                             const unix_time* now) {
  return {[](const stream_format&) {},
          [](const readiness&) {},
          [](stall_atom) {},
          [](beat_atom) {},
          [](tick_atom) {},
          [](const delivery_tuning&) {},
          [](drain_atom, std::chrono::nanoseconds) {},
          [](evict_atom) {},
          [](dismiss_atom, const std::string&) {},
          [=](const link_credit& credit) { notes->granted.push_back(credit.granted); },
          [=](const link_goodbye& goodbye) { notes->goodbyes.push_back(goodbye.reason); },
          [=](const clock_question& question) -> caf::result<clock_answer> {
            ++notes->questions;
            if (!notes->answers) return self->make_response_promise<clock_answer>();
            const auto there = (*now + notes->is_ahead).time_since_epoch().count();
            return clock_answer{question.asked_unix_ns, there, there};
          }};
}

using waking_actor = runtime::wakeable_actor<caf::event_based_actor>;

/// What came to the frame processor of the receiving end's node.
struct passed_on {
  std::shared_ptr<frame_backlog> backlog = std::make_shared<frame_backlog>();
  frame_backlog::taker taker{};
  std::vector<frame_ptr> frames;
};

caf::behavior fake_taker(waking_actor* self, passed_on* notes) {
  self->set_wake_up_handler([=] {
    static_cast<void>(notes->backlog->take_some(
        notes->taker, 1000, [=](frame_ptr frame) { notes->frames.push_back(std::move(frame)); }));
  });
  return {[](stop_atom) {}};
}

/// Names have no addresses before the test is over, however slow it is.
network::link_settings without_answers_of_names() {
  network::link_settings settings;
  settings.resolve_host = [](const std::string&,
                             std::uint16_t) -> std::vector<network::tcp_endpoint> {
    for (;;) std::this_thread::sleep_for(1h);
  };
  return settings;
}

/// The receiving end of links to two nodes that are there when the test says so.
struct linked_node {
  using receiver_pointer =
      supervision::player_pointer<link_receiver_actor, network::link_receiver_state>;

  explicit linked_node(network::link_settings settings = without_answers_of_names()) {
    settings.source.upstreams = {{"first.invalid", 1}, {"second.invalid", 2}};
    settings.unix_clock = [this] { return now(); };
    receiver = on.spawn(
        network::link_receiver, settings,
        network::link_receiver_colleagues{.poller = &poller,
                                          .broker = {},
                                          .frames = beyond.backlog,
                                          .latency_monitor = on.spawn(test::fake_monitor, &notes),
                                          .position = position,
                                          .record = record});
    beyond.taker = beyond.backlog->begin_taking(
        caf::actor_cast<caf::strong_actor_ptr>(on.spawn(fake_taker, &beyond)));
    on.run();
    for (auto& candidate : state().candidates) candidate.next_attempt = steady_time::max();
    state().under_way.reset();
    for (auto& candidate : state().candidates) candidate.lookup.reset();
  }

  /// For a word in the actor's place, between two of its messages.
  [[nodiscard]] network::link_receiver_state& state() {
    const auto pointer = caf::actor_cast<caf::strong_actor_ptr>(receiver);
    auto& player = *static_cast<receiver_pointer>(pointer->get());
    player.context(on.system.dummy_execution_unit());
    return player.state;
  }
  [[nodiscard]] unix_time now() { return began + (on.now() - on_began); }

  /// The one numbered `which` takes this node in.
  link_sender_actor join(std::size_t which, fake_upstream& notes_of_it, link_path path = {}) {
    return join(which, notes_of_it, std::move(path), node_identity{which + 1});
  }
  link_sender_actor join(std::size_t which, fake_upstream& notes_of_it, link_path path,
                         node_identity publisher) {
    auto sender = on.spawn(fake_sender, &notes_of_it, &unix_now_there);
    unix_now_there = now();
    state().under_way.reset();
    state().join(which, {.publisher = publisher, .name = "it", .path = std::move(path)}, sender,
                 nullptr);
    on.run();
    return sender;
  }
  /// From now on it may be tried.
  void offers(std::size_t which) { state().candidates[which].next_attempt = on.now(); }
  /// The host that is being called; empty if none is.
  [[nodiscard]] std::string called() {
    return state().under_way ? state().under_way->whom().address.host : std::string{};
  }
  void plays(const link_sender_actor& from, std::uint64_t& next, std::chrono::milliseconds time) {
    for (; time > 0ms; time -= 20ms) {
      lets_time_pass(20ms);
      send(from, next++);
    }
  }
  void lets_time_pass(std::chrono::milliseconds time) {
    for (; time > 0ms; time -= 10ms) {
      unix_now_there = now();
      on.pass(10ms);
    }
  }
  void send(const link_sender_actor& from, std::uint64_t sequence, std::uint64_t stream = 7) {
    caf::send_as(from, receiver, frame_of(sequence, stream));
    on.run();
  }
  [[nodiscard]] link_frame frame_of(std::uint64_t sequence, std::uint64_t stream) {
    auto frame = link_frame::of(*sound.next(), now());
    frame.sequence = sequence;
    frame.stream = stream;
    frame.captured_unix_ns = now().time_since_epoch().count();
    return frame;
  }
  [[nodiscard]] network::upstream_report report() const { return record->report(); }

  test::manual_poller poller;
  test::heard_by_colleagues notes;
  test::sound_frames sound;
  passed_on beyond;
  fake_upstream first;
  fake_upstream second;
  std::shared_ptr<network::node_position> position =
      std::make_shared<network::node_position>("here");
  std::shared_ptr<network::upstream_record> record = std::make_shared<network::upstream_record>();
  unix_time began{24h * 365 * 50};
  unix_time unix_now_there{};
  stage on;
  steady_time on_began = on.now();
  link_receiver_actor receiver;
};

/// A host with two addresses, of which the first takes no connection in and refuses none.
struct host_with_dead_address {
  host_with_dead_address() {
    // The kernel passes over whoever calls while nobody is taken from here.
    for (auto& caller : callers) caller = network::begin_to_connect(dead_endpoint);
  }
  [[nodiscard]] bool is_called() const { return network::accept_peer(live.get()).has_value(); }

  static network::tcp_endpoint loopback() { return *network::parse_endpoint("127.0.0.1", 0); }

  descriptor dead = [] {
    auto socket = network::listen_at(loopback());
    ::listen(socket.get(), 0);
    return socket;
  }();
  descriptor live = network::listen_at(loopback());
  network::tcp_endpoint dead_endpoint = network::local_endpoint(dead.get());
  network::tcp_endpoint live_endpoint = network::local_endpoint(live.get());
  std::array<descriptor, 3> callers;
};

/// What a test waits for that happens on another thread.
template <class Condition>
bool comes_about(Condition condition) {
  for (int i = 0; i < 2000 && !condition(); ++i) std::this_thread::sleep_for(1ms);
  return condition();
}

}  // namespace

TEST_CASE("a host whose first address is dead is reached by the next") {
  const host_with_dead_address host;
  network::link_settings settings;
  settings.resolve_host = [found = std::vector{host.dead_endpoint, host.live_endpoint}](
                              const std::string&, std::uint16_t) { return found; };
  linked_node node{settings};
  node.offers(0);
  node.lets_time_pass(260ms);
  REQUIRE(node.called() == "first.invalid");
  auto& lookup = node.state().candidates[0].lookup;
  if (lookup) REQUIRE(comes_about([&] { return lookup->answer().has_value(); }));
  caf::anon_send(node.receiver, readiness{});
  node.on.run();
  CHECK_FALSE(lookup);
  node.lets_time_pass(900ms);
  CHECK_FALSE(host.is_called());
  node.lets_time_pass(200ms);
  CHECK(host.is_called());
  CHECK(node.called() == "first.invalid");
}

TEST_CASE(
    "a name that is answered for by nobody is asked for once at a time, and holds no end up") {
  struct slow_service {
    std::atomic<int> begun = 0;
    std::atomic<bool> answers = false;
  };
  const auto service = std::make_shared<slow_service>();
  network::link_settings settings;
  settings.resolve_host = [service](const std::string&,
                                    std::uint16_t) -> std::vector<network::tcp_endpoint> {
    ++service->begun;
    while (!service->answers) std::this_thread::sleep_for(1ms);
    throw std::runtime_error{"nobody is there to ask"};
  };
  {
    linked_node node{settings};
    REQUIRE(comes_about([&] { return service->begun == 1; }));
    node.offers(0);
    node.offers(1);
    const auto refusals = node.report().refusals;
    node.lets_time_pass(10s);
    CHECK(node.report().refusals - refusals >= 8);
    CHECK(comes_about([&] { return service->begun == 3; }));
    CHECK(node.report().last_refusal.find("its host's name is not answered for") !=
          std::string::npos);
    node.lets_time_pass(1s);
    CHECK(service->begun == 3);
  }
  service->answers = true;
}

TEST_CASE("a link's receiver asks for the time first, and grants half a second of sound then") {
  linked_node node;
  node.join(0, node.first);
  CHECK(node.first.questions == 1);
  CHECK(node.first.granted == std::vector<std::uint64_t>{25});
}

TEST_CASE("half of what was granted has come: as much is granted anew") {
  linked_node node;
  const auto sender = node.join(0, node.first);
  for (std::uint64_t i = 0; i < 30; ++i) node.send(sender, i);
  CHECK(node.first.granted == std::vector<std::uint64_t>{25, 38, 51});
}

TEST_CASE("frames go on in this machine's time, numbers and packets as they came") {
  linked_node node;
  node.first.is_ahead = 3h;
  const auto sender = node.join(0, node.first);
  auto sent = node.frame_of(41, 7);
  sent.captured_unix_ns += std::chrono::nanoseconds{3h}.count();
  caf::send_as(sender, node.receiver, sent);
  node.on.run();
  const auto& frames = node.beyond.frames;
  REQUIRE(frames.size() == 1);
  CHECK(to_number(frames.front()->info().sequence) == 41);
  CHECK(std::chrono::abs(frames.front()->info().captured - node.now()) <=
        node.report().clock_error);
  CHECK(frames.front()->packet().size() == sent.packet.size());
}

TEST_CASE("an upstream that falls silent is lost within a second, and asked often until then") {
  for (const auto fell_silent_after : {0ms, 60ms, 130ms, 240ms}) {
    linked_node node;
    node.join(0, node.first);
    node.lets_time_pass(fell_silent_after);
    node.first.answers = false;
    node.first.questions = 0;
    node.lets_time_pass(600ms);
    CHECK(node.report().losses == 0);
    node.lets_time_pass(310ms);
    CHECK(node.report().losses == 1);
    CHECK(node.first.questions >= 3);
    CHECK(node.first.questions <= 4);
    CHECK(node.report().upstream.empty());
  }
}

TEST_CASE("an upstream that sends what was not granted is lost") {
  linked_node node;
  node.first.answers = false;
  const auto sender = node.join(0, node.first);
  node.send(sender, 1);
  CHECK(node.report().losses == 1);
  CHECK(node.report().frames_received == 0);
}

TEST_CASE("an upstream that answers is kept, though it sends no frame") {
  linked_node node;
  node.join(0, node.first);
  node.lets_time_pass(5000ms);
  CHECK(node.report().losses == 0);
}

TEST_CASE("an upstream is not blamed for the time in which this node stood still") {
  linked_node node;
  node.join(0, node.first);
  node.on.stand_still(60s);
  CHECK(node.report().losses == 0);
  node.lets_time_pass(1000ms);
  CHECK(node.report().losses == 0);
}

TEST_CASE("what the next upstream sends again is heard once, and what neither sent is missing") {
  linked_node node;
  const auto from_second = node.join(1, node.second);
  for (std::uint64_t i = 100; i < 105; ++i) node.send(from_second, i);
  const auto from_first = node.join(0, node.first);
  for (std::uint64_t i = 103; i < 107; ++i) node.send(from_first, i);
  CHECK(node.second.goodbyes.size() == 1);
  node.send(from_first, 110);
  CHECK(node.report().frames_duplicate == 2);
  CHECK(node.report().frames_missing == 3);
  CHECK(node.beyond.frames.size() == 8);
}

TEST_CASE("whoever is an upstream no more is not heard") {
  linked_node node;
  const auto from_second = node.join(1, node.second);
  node.send(node.join(0, node.first), 1);
  node.send(from_second, 2);
  CHECK(node.report().frames_received == 1);
}

TEST_CASE("the numbers of another stream begin anew: nothing of it is missing or known already") {
  linked_node node;
  const auto sender = node.join(0, node.first);
  node.send(sender, 1000, 7);
  node.send(sender, 3, 8);
  CHECK(node.report().frames_missing == 0);
  CHECK(node.report().frames_duplicate == 0);
  CHECK(node.beyond.frames.size() == 2);
}

TEST_CASE("a stream that passes this node already is refused, when it is offered and later") {
  linked_node node;
  link_path loop{.nodes = {node_identity{1}, node.position->identity()}};
  node.join(0, node.first, loop);
  CHECK(node.report().connects == 0);
  CHECK(node.first.goodbyes.size() == 1);
  const auto sender = node.join(0, node.first);
  CHECK(node.report().connects == 1);
  caf::send_as(sender, node.receiver, loop);
  node.on.run();
  CHECK(node.report().losses == 1);
}

TEST_CASE("frames that cannot be are counted, and nothing of them goes on") {
  linked_node node;
  const auto sender = node.join(0, node.first);
  auto frame = node.frame_of(1, 7);
  frame.packet.clear();
  caf::send_as(sender, node.receiver, frame);
  auto later = node.frame_of(2, 7);
  later.captured_unix_ns = std::numeric_limits<std::int64_t>::min();
  caf::send_as(sender, node.receiver, later);
  node.on.run();
  CHECK(node.report().frames_unfit == 2);
  CHECK(node.beyond.frames.empty());
}

TEST_CASE(
    "an upstream that fails again and again is tried at growing distances, at most a second") {
  linked_node node;
  auto& candidate = node.state().candidates[0];
  std::vector<std::chrono::nanoseconds> pauses;
  for (int i = 0; i < 8; ++i) {
    node.state().fail_attempt(0, "it is not there");
    pauses.push_back(candidate.next_attempt - node.on.now());
    candidate.next_attempt = steady_time::max();
  }
  CHECK(pauses.front() <= 50ms);
  for (const auto& pause : pauses) CHECK(pause <= 1s);
  CHECK(pauses.back() >= 500ms);
  CHECK(node.report().refusals >= 8);
}

TEST_CASE("a link that is ended in good order is told so") {
  linked_node node;
  node.join(0, node.first);
  const auto report = node.on.ask<source_report>(node.receiver, stop_atom::value);
  CHECK(report.frames_produced == 0);
  CHECK(node.first.goodbyes.size() == 1);
  node.lets_time_pass(2000ms);
  CHECK(node.report().losses == 0);
}

TEST_CASE("a better upstream takes over with its first frame, and no sooner") {
  linked_node node;
  const auto from_second = node.join(1, node.second);
  node.send(from_second, 100);
  const auto from_first = node.join(0, node.first);
  node.send(from_second, 101);
  CHECK(node.second.goodbyes.empty());
  CHECK(node.report().upstream == "second.invalid:2");
  node.send(from_first, 101);
  node.send(from_first, 102);
  CHECK(node.second.goodbyes.size() == 1);
  CHECK(node.report().upstream == "first.invalid:1");
  CHECK(node.report().frames_duplicate == 1);
  CHECK(node.report().frames_missing == 0);
  // Nothing was lost, so nothing came back.
  CHECK(node.report().connects == 2);
  CHECK(node.report().losses == 0);
  CHECK(node.record->as_source().device_returns == 0);
}

TEST_CASE("a better upstream that has no sound takes nothing away, and is tried ever more rarely") {
  linked_node node;
  std::uint64_t next = 0;
  const auto from_second = node.join(1, node.second);
  std::vector<std::chrono::nanoseconds> pauses;
  for (int i = 0; i < 6; ++i) {
    node.join(0, node.first);
    node.plays(from_second, next, 1100ms);
    CHECK(node.first.goodbyes.size() == static_cast<std::size_t>(i) + 1);
    pauses.push_back(node.state().candidates[0].next_attempt - node.on.now());
    node.state().candidates[0].next_attempt = steady_time::max();
  }
  CHECK(pauses.front() > 800ms);
  CHECK(pauses.back() > 4s);
  CHECK(node.report().upstream == "second.invalid:2");
  CHECK(node.report().losses == 0);
  CHECK(node.second.goodbyes.empty());
  CHECK(node.beyond.frames.size() == next);
}

TEST_CASE("an upstream without sound is left for one that has some, and not before that plays") {
  linked_node node;
  node.join(0, node.first);
  node.offers(1);
  node.lets_time_pass(950ms);
  CHECK(node.called().empty());
  node.lets_time_pass(100ms);
  CHECK(node.called() == "second.invalid");
  const auto from_second = node.join(1, node.second);
  CHECK(node.first.goodbyes.empty());
  node.send(from_second, 1);
  CHECK(node.first.goodbyes.size() == 1);
  CHECK(node.report().upstream == "second.invalid:2");
  CHECK(node.report().losses == 1);
  CHECK(node.record->as_source().device_returns == 1);
  CHECK(node.state().candidates[0].next_attempt - node.on.now() >= 1s);
}

TEST_CASE("an upstream that has sound again, before another has some, stays") {
  linked_node node;
  const auto from_first = node.join(0, node.first);
  node.lets_time_pass(1100ms);
  node.join(1, node.second);
  node.send(from_first, 1);
  CHECK(node.second.goodbyes.size() == 1);
  CHECK(node.report().upstream == "first.invalid:1");
  CHECK(node.report().losses == 0);
}

TEST_CASE("while none has sound, the one that was there stays") {
  linked_node node;
  node.join(0, node.first);
  node.lets_time_pass(1100ms);
  node.join(1, node.second);
  node.lets_time_pass(1100ms);
  CHECK(node.first.goodbyes.empty());
  CHECK(node.second.goodbyes.size() == 1);
  CHECK(node.report().losses == 0);
}

TEST_CASE("an upstream that is lost while a better one joins is followed by that at once") {
  linked_node node;
  const auto from_second = node.join(1, node.second);
  node.join(0, node.first);
  caf::send_as(from_second, node.receiver, link_goodbye{"the node ends"});
  node.on.run();
  CHECK(node.report().upstream == "first.invalid:1");
  CHECK(node.report().goodbyes == 1);
  CHECK(node.report().losses == 1);
  CHECK(node.report().returns == 1);
}

TEST_CASE("the node that serves is not left for itself, where it has two addresses") {
  linked_node node;
  const auto from_second = node.join(1, node.second);
  node.join(0, node.first, {}, node_identity{2});
  CHECK(node.first.goodbyes.size() == 1);
  CHECK(node.second.goodbyes.empty());
  node.send(from_second, 1);
  CHECK(node.beyond.frames.size() == 1);
  CHECK(node.report().connects == 1);
  CHECK(node.report().refusals == 0);
  CHECK(node.state().candidates[0].next_attempt - node.on.now() > 30s);
  // Unless that address is lost.
  caf::send_as(from_second, node.receiver, link_goodbye{"the node ends"});
  node.lets_time_pass(10ms);
  CHECK(node.called() == "first.invalid");
}

TEST_CASE("once an upstream fell silent, the others are tried before it is called again") {
  linked_node node;
  node.offers(1);
  node.join(0, node.first);
  node.first.answers = false;
  node.lets_time_pass(910ms);
  CHECK(node.report().losses == 1);
  CHECK(node.called() == "second.invalid");
}

TEST_CASE("one frame with a number that cannot be does not silence those that follow") {
  linked_node node;
  const auto sender = node.join(0, node.first);
  for (const std::uint64_t each :
       {std::uint64_t{100}, std::uint64_t{1} << 63, std::uint64_t{101}, std::uint64_t{102}})
    node.send(sender, each);
  CHECK(node.beyond.frames.size() == 4);
  CHECK(node.report().frames_missing == 0);
  CHECK(node.report().frames_duplicate == 0);
}

TEST_CASE("the number of a frame that cannot be is not believed") {
  linked_node node;
  const auto sender = node.join(0, node.first);
  node.send(sender, 100);
  auto frame = node.frame_of(200, 7);
  frame.packet.clear();
  caf::send_as(sender, node.receiver, frame);
  node.send(sender, 101);
  CHECK(node.beyond.frames.size() == 2);
  CHECK(node.report().frames_unfit == 1);
  CHECK(node.report().frames_missing == 0);
  CHECK(node.report().frames_duplicate == 0);
}

TEST_CASE("nodes further on are told how far capture times may be off, though not all the time") {
  linked_node node;
  const link_path path{.nodes = {node_identity{1}}, .clock_error_ns = 1'000'000};
  node.join(0, node.first, path);
  const auto told = [&] { return std::chrono::nanoseconds{node.position->path().clock_error_ns}; };
  CHECK(told() >= 1ms + node.report().clock_error);
  const auto before = node.position->changes();
  for (int i = 0; i < 40; ++i) {
    node.lets_time_pass(250ms);
    CHECK(told() >= node.report().origin_error);
  }
  CHECK(node.position->changes() - before < 8);
  CHECK(told() < 2ms);
}

TEST_CASE("an error that no clock has does not add up to one that is less than none") {
  linked_node node;
  for (const auto error :
       {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    node.join(0, node.first, {.nodes = {node_identity{1}}, .clock_error_ns = error});
    CHECK(node.position->path().clock_error_ns >= 0);
    node.state().lose("for the test");
  }
}
