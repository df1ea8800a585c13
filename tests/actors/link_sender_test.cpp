#include "actors/network/link_sender.hpp"

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/actors/support/connection_colleagues.hpp"
#include "tests/actors/support/sound_frames.hpp"
#include "tests/actors/support/stage.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using test::check_sums;
using test::stage;

namespace {

/// What came to the other end.
struct arrived {
  std::vector<link_frame> frames;
  std::vector<link_path> paths;
  std::vector<std::string> goodbyes;
  std::vector<clock_answer> times;
};

link_receiver_actor::behavior_type fake_receiver(link_receiver_actor::pointer self,
                                                 arrived* notes) {
  return {[](const readiness&) {},
          [](const codec_settings&) {},
          [](stop_atom) { return source_report{}; },
          [](report_atom) { return source_report{}; },
          [=](const link_frame& frame) { notes->frames.push_back(frame); },
          [=](const link_path& path) { notes->paths.push_back(path); },
          [=](const link_goodbye& goodbye) { notes->goodbyes.push_back(goodbye.reason); },
          [=](tick_atom) {
            self->request(caf::actor_cast<link_sender_actor>(self->current_sender()), caf::infinite,
                          clock_question{12})
                .then([=](const clock_answer& answer) { notes->times.push_back(answer); });
          }};
}

/// The sending end of a link, with a peer that grants what the test says.
struct linked_peer {
  explicit linked_peer(bool keeps_oldest = false) {
    place.tuning.queue_frames = 6;
    receiver = on.spawn(fake_receiver, &here);
    sender = on.spawn(
        network::link_sender, receiver, place,
        network::link_sender_settings{.frame_processor = on.spawn(test::fake_processor, &notes),
                                      .client_registry = on.spawn(test::fake_registry, &notes),
                                      .latency_monitor = on.spawn(test::fake_monitor, &notes),
                                      .position = position,
                                      .keeps_oldest = keeps_oldest,
                                      .unix_clock = [this] { return now; }});
    on.run();
  }

  void offer(int count) {
    for (int i = 0; i < count; ++i) {
      place.inbox->post(frames.next(), wakeable_behind(sender), nullptr);
      on.run();
    }
  }
  template <class Word>
  void say(const Word& word) {
    caf::send_as(receiver, sender, word);
    on.run();
  }
  void grant(std::uint64_t granted, std::uint64_t received = 0) {
    say(link_credit{.granted = granted, .received = received});
  }
  [[nodiscard]] bool has_left() const { return !place.account->reason.empty(); }
  [[nodiscard]] std::uint64_t dropped(drop_cause cause) const {
    return place.account->delivery.frames_dropped[cause];
  }
  [[nodiscard]] std::vector<std::uint64_t> numbers_heard() const {
    std::vector<std::uint64_t> result;
    for (const auto& each : here.frames) result.push_back(each.sequence);
    return result;
  }

  client_place place{.account = std::make_shared<client_report>(),
                     .inbox = caf::make_counted<frame_inbox>(),
                     .tuning = {}};
  std::shared_ptr<network::node_position> position =
      std::make_shared<network::node_position>("here");
  unix_time now{1h};
  test::heard_by_colleagues notes;
  arrived here;
  test::sound_frames frames;
  stage on;
  link_receiver_actor receiver;
  link_sender_actor sender;
};

}  // namespace

TEST_CASE("a link's sender joins the frame processor with the first grant, and sends at once") {
  linked_peer peer;
  CHECK(peer.notes.joined.empty());
  peer.grant(10);
  CHECK(peer.notes.joined.size() == 1);
  peer.offer(3);
  CHECK(peer.numbers_heard() == std::vector<std::uint64_t>{0, 1, 2});
  CHECK(peer.here.frames.front().sent_unix_ns == peer.now.time_since_epoch().count());
}

TEST_CASE("without credit the newest frames wait, and those that gave way are counted") {
  linked_peer peer;
  peer.grant(2);
  peer.offer(12);
  CHECK(peer.here.frames.size() == 2);
  CHECK(peer.dropped(drop_cause::queue_full) == 4);
  peer.grant(20, 2);
  CHECK(peer.numbers_heard() == std::vector<std::uint64_t>{0, 1, 6, 7, 8, 9, 10, 11});
  peer.on.tell(peer.sender, tick_atom::value);
  check_sums(peer.notes.reports.back());
}

TEST_CASE("where the oldest are to be kept, the newest give way") {
  linked_peer peer{true};
  peer.offer(12);
  peer.grant(20);
  CHECK(peer.numbers_heard() == std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("a peer that grants more than anybody may have, or less than before, is sent away") {
  const auto is_sent_away = [](std::uint64_t granted, std::uint64_t received) {
    linked_peer peer;
    peer.grant(10);
    peer.offer(2);
    peer.grant(granted, received);
    CHECK(peer.has_left() == (peer.place.account->delivery.protocol_errors.total() > 0));
    check_sums(*peer.place.account);
    return peer.has_left();
  };
  CHECK_FALSE(is_sent_away(2 + network::link_sender_state::most_credit, 2));
  CHECK(is_sent_away(3 + network::link_sender_state::most_credit, 2));
  CHECK(is_sent_away(9, 2));
  CHECK(is_sent_away(10, 3));
}

TEST_CASE("another peer that has come to know the sender changes nothing") {
  linked_peer peer;
  arrived elsewhere;
  const auto other = peer.on.spawn(fake_receiver, &elsewhere);
  caf::send_as(other, peer.sender, link_credit{.granted = 10, .received = 0});
  caf::send_as(other, peer.sender, link_goodbye{"go"});
  peer.offer(2);
  CHECK(peer.here.frames.empty());
  CHECK_FALSE(peer.has_left());
}

TEST_CASE("a link that its peer ends is over, with all frames accounted for") {
  linked_peer peer;
  peer.grant(2);
  peer.offer(5);
  peer.say(link_goodbye{"it left"});
  CHECK(peer.place.account->reason == "it left");
  CHECK(peer.dropped(drop_cause::client_gone) == 3);
  check_sums(*peer.place.account);
}

TEST_CASE("a node that ends says so to its peers") {
  linked_peer peer;
  peer.grant(2);
  peer.offer(3);
  peer.on.tell(peer.sender, drain_atom::value, std::chrono::nanoseconds{1s});
  CHECK(peer.here.goodbyes == std::vector<std::string>{"the node ends"});
  CHECK(peer.dropped(drop_cause::shutdown) == 1);
  check_sums(*peer.place.account);
}

TEST_CASE("a peer hears from where its stream comes when that changes") {
  linked_peer peer;
  peer.on.tell(peer.sender, tick_atom::value);
  CHECK(peer.here.paths.empty());
  peer.position->set_upstream({.nodes = {node_identity{7}}});
  peer.on.tell(peer.sender, tick_atom::value);
  peer.on.tell(peer.sender, tick_atom::value);
  REQUIRE(peer.here.paths.size() == 1);
  CHECK(peer.here.paths.front().nodes == std::vector{node_identity{7}, peer.position->identity()});
}

TEST_CASE("a peer that takes nothing is let go, as a client at the socket is") {
  for (const std::uint64_t granted : {0, 2}) {
    linked_peer peer;
    if (granted > 0) peer.grant(granted);
    if (granted > 0) peer.offer(4);
    for (int i = 0; i < 4; ++i) {
      peer.on.pass(1s);
      peer.on.tell(peer.sender, tick_atom::value);
    }
    CHECK_FALSE(peer.has_left());
    peer.on.pass(1s);
    peer.on.tell(peer.sender, tick_atom::value);
    CHECK(peer.has_left());
    CHECK(peer.here.goodbyes.size() == 1);
    CHECK(peer.dropped(drop_cause::write_timeout) == granted);
    check_sums(*peer.place.account);
  }
}

TEST_CASE("a stranger is not told the time, nor does its word count") {
  linked_peer peer;
  CHECK_THROWS(static_cast<void>(peer.on.ask<clock_answer>(peer.sender, clock_question{12})));
  peer.on.tell(peer.sender, link_credit{.granted = 10, .received = 0});
  CHECK(peer.notes.joined.empty());
}

TEST_CASE("a sender says what time it is") {
  linked_peer peer;
  caf::send_as(peer.sender, peer.receiver, tick_atom::value);
  peer.on.run();
  REQUIRE(peer.here.times.size() == 1);
  const auto answer = peer.here.times.front();
  CHECK(answer.asked_unix_ns == 12);
  CHECK(answer.came_unix_ns == peer.now.time_since_epoch().count());
  CHECK(answer.answered_unix_ns >= answer.came_unix_ns);
}
