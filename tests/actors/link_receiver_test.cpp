#include "actors/network/link_receiver.hpp"

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

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

/// The receiving end of links to two nodes that are there when the test says so.
struct linked_node {
  using receiver_pointer =
      supervision::player_pointer<link_receiver_actor, network::link_receiver_state>;

  linked_node() {
    network::link_settings settings;
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
    auto sender = on.spawn(fake_sender, &notes_of_it, &unix_now_there);
    unix_now_there = now();
    auto& attempt = state().under_way.emplace();
    attempt.to = which;
    state().join({.publisher = node_identity{which + 1}, .name = "it", .path = std::move(path)},
                 sender);
    on.run();
    return sender;
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

}  // namespace

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

TEST_CASE("an upstream that says nothing for a second is lost, and asked four times until then") {
  linked_node node;
  node.join(0, node.first);
  node.first.answers = false;
  node.first.questions = 0;
  node.lets_time_pass(1000ms);
  CHECK(node.report().losses == 0);
  CHECK(node.first.questions >= 3);
  CHECK(node.first.questions <= 5);
  node.lets_time_pass(260ms);
  CHECK(node.report().losses == 1);
  CHECK(node.report().upstream.empty());
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
  CHECK(node.second.goodbyes.size() == 1);
  for (std::uint64_t i = 103; i < 107; ++i) node.send(from_first, i);
  node.send(from_first, 110);
  CHECK(node.report().frames_duplicate == 2);
  CHECK(node.report().frames_missing == 3);
  CHECK(node.beyond.frames.size() == 8);
}

TEST_CASE("whoever is an upstream no more is not heard") {
  linked_node node;
  const auto from_second = node.join(1, node.second);
  node.join(0, node.first);
  node.send(from_second, 1);
  CHECK(node.report().frames_received == 0);
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
    node.state().under_way.emplace();
    node.state().fail_attempt("it is not there");
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
