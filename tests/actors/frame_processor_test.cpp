#include "actors/delivery/frame_processor.hpp"

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "actors/supervision/role.hpp"
#include "tests/actors/support/sound_frames.hpp"
#include "tests/actors/support/stage.hpp"
#include "tests/actors/support/wait_until.hpp"

using namespace troupe;
using test::stage;

namespace {

struct client_notes {
  frame_inbox_ptr inbox = caf::make_counted<frame_inbox>();
  std::vector<frame_ptr> frames;
  int calls = 0;
  std::vector<stream_format> formats;
};

using waking_connection = runtime::wakeable_actor<connection_actor::base>;

connection_actor::behavior_type fake_connection(waking_connection* self, client_notes* notes) {
  self->set_wake_up_handler([=] {
    ++notes->calls;
    notes->inbox->take_all([=](frame_ptr frame) { notes->frames.push_back(std::move(frame)); });
  });
  return {[=](const stream_format& format) { notes->formats.push_back(format); },
          [](const readiness&) {},
          [](stall_atom) {},
          [](beat_atom) {},
          [](tick_atom) {},
          [](const delivery_tuning&) {},
          [self](drain_atom, std::chrono::nanoseconds) { self->quit(); },
          [](evict_atom) {},
          [](dismiss_atom, const std::string&) {}};
}

struct processed {
  processed() { start(); }

  ~processed() { supervision::role_of(role).close(); }

  void start() {
    supervision::role_of(role).cast(
        caf::actor_cast<caf::strong_actor_ptr>(on.spawn(delivery::frame_processor, audience)));
    on.run();
  }
  void process(frame_ptr frame) {
    backlog->post(std::move(frame), nullptr);
    on.run();
  }
  void join(const connection_actor& connection, const client_notes& notes) {
    on.tell(processor, caf::join_atom::value, connection, notes.inbox);
  }
  void end_player() {
    caf::anon_send_exit(caf::actor_cast<caf::actor>(supervision::player_behind(role)),
                        caf::exit_reason::kill);
    on.run();
    supervision::role_of(role).vacate(
        caf::actor_cast<caf::abstract_actor*>(supervision::player_behind(role)));
  }
  processor_report report() { return on.ask<processor_report>(processor, report_atom::value); }

  stage on;
  caf::strong_actor_ptr role = supervision::make_role(on.system, "frame_processor");
  frame_processor_actor processor = caf::actor_cast<frame_processor_actor>(role);
  std::shared_ptr<frame_backlog> backlog = std::make_shared<frame_backlog>();
  std::shared_ptr<delivery::frame_audience> audience =
      std::make_shared<delivery::frame_audience>(codec_settings{}.format(), backlog);
  test::sound_frames frames;
};

}  // namespace

TEST_CASE("every connection that joined gets the same frame, by reference") {
  processed it;
  client_notes one;
  client_notes two;
  it.join(it.on.spawn(fake_connection, &one), one);
  it.join(it.on.spawn(fake_connection, &two), two);
  const auto frame = it.frames.next();
  it.process(frame);
  REQUIRE(one.frames.size() == 1);
  REQUIRE(two.frames.size() == 1);
  CHECK(one.frames[0] == frame);
  CHECK(two.frames[0] == frame);
}

TEST_CASE("who joins in the middle of a stream is told its format first") {
  processed it;
  it.process(it.frames.next());
  client_notes late;
  it.join(it.on.spawn(fake_connection, &late), late);
  REQUIRE(late.formats.size() == 1);
  CHECK(late.formats[0] == stream_format{});
  CHECK(late.frames.empty());
}

TEST_CASE("a connection that ended gets nothing more") {
  processed it;
  client_notes notes;
  const auto connection = it.on.spawn(fake_connection, &notes);
  it.join(connection, notes);
  it.on.tell(connection, drain_atom::value, std::chrono::nanoseconds{1});
  it.process(it.frames.next());
  CHECK(it.audience->size() == 0);
  CHECK(it.report().frames_unheard == 1);
}

TEST_CASE("frames that are not Opus packets of the stream's format are refused and counted") {
  processed it;
  client_notes notes;
  it.join(it.on.spawn(fake_connection, &notes), notes);
  const frame_info info{.sequence = {}, .captured = {}, .encoded = {}, .format = {}};
  it.process(make_frame({}, info));
  const std::vector<std::byte> broken{std::byte{0xFF}};  // code 3 without its frame count
  it.process(make_frame(broken, info));
  auto wrong_format = info;
  wrong_format.format.frame_size = 480;
  const auto good = it.frames.next();
  it.process(make_frame(good->packet(), wrong_format));
  it.process(good);
  CHECK(notes.frames.size() == 1);
  CHECK(it.report().frames_invalid == 3);
  CHECK(it.report().frames_accepted == 1);
}

TEST_CASE("a restarted frame processor goes on serving those who had joined") {
  processed it;
  client_notes notes;
  it.join(it.on.spawn(fake_connection, &notes), notes);
  it.process(it.frames.next());
  it.end_player();
  it.process(it.frames.next());  // waits
  it.start();
  it.process(it.frames.next());
  CHECK(notes.frames.size() == 3);
  CHECK(it.report().frames_accepted == 3);
}

TEST_CASE("many frames at once are one wake-up, and all connections get them all") {
  processed it;
  client_notes notes;
  it.join(it.on.spawn(fake_connection, &notes), notes);
  for (int i = 0; i < 100; ++i) it.backlog->post(it.frames.next(), nullptr);
  it.on.run();
  CHECK(notes.frames.size() == 100);
  CHECK(notes.calls == 1);
}

// Under the scheduler of a node: who gets whose turn when is what this is about.
TEST_CASE("more frames than an inbox holds come in parts, and none is lost") {
  client_notes notes;
  std::atomic<std::size_t> count{0};
  runtime::node_system_config config;
  caf::actor_system system{config};
  const auto connection = system.spawn(
      [&](runtime::wakeable_actor<caf::event_based_actor>* self, int) -> caf::behavior {
        self->set_wake_up_handler(
            [&] { notes.inbox->take_all([&](const frame_ptr&) { ++count; }); });
        return {[](const stream_format&) {}};
      },
      0);
  const auto role = supervision::make_role(system, "frame_processor");
  const auto backlog = std::make_shared<frame_backlog>();
  const auto audience =
      std::make_shared<delivery::frame_audience>(codec_settings{}.format(), backlog);
  audience->join(caf::actor_cast<connection_actor>(connection), notes.inbox);
  constexpr auto many = 3 * frame_inbox::capacity;
  test::sound_frames frames{{.frame_duration = std::chrono::microseconds{2500}}};
  for (std::size_t i = 0; i < many; ++i) backlog->post(frames.next(), nullptr);
  const auto processor = system.spawn(delivery::frame_processor, audience);
  supervision::role_of(role).cast(caf::actor_cast<caf::strong_actor_ptr>(processor));
  // On a machine that stands still the inbox may overflow; then it says so.
  const auto all_accounted = [&] { return count + notes.inbox->unseen() == many; };
  test::wait_until([&] { return count == many; });
  CHECK(all_accounted());
  CHECK(count > frame_inbox::capacity);
  supervision::role_of(role).close();
  caf::anon_send_exit(processor, caf::exit_reason::kill);
  caf::anon_send_exit(connection, caf::exit_reason::kill);
}

TEST_CASE("while nobody processes them the newest two seconds of frames wait") {
  processed it;
  client_notes notes;
  it.join(it.on.spawn(fake_connection, &notes), notes);
  it.end_player();
  for (int i = 0; i < 150; ++i) it.backlog->post(it.frames.next(), nullptr);
  it.start();
  REQUIRE(notes.frames.size() == 100);
  CHECK(to_number(notes.frames.front()->info().sequence) == 50);
  CHECK(to_number(notes.frames.back()->info().sequence) == 149);
}

TEST_CASE("frames are wanted while a connection is there") {
  processed it;
  CHECK_FALSE(it.backlog->is_wanted());
  client_notes one;
  client_notes two;
  const auto first = it.on.spawn(fake_connection, &one);
  it.join(first, one);
  it.join(it.on.spawn(fake_connection, &two), two);
  CHECK(it.backlog->is_wanted());
  it.on.tell(first, drain_atom::value, std::chrono::nanoseconds{1});
  CHECK(it.backlog->is_wanted());
  it.end_player();  // nobody forgets who is there
  it.start();
  CHECK(it.backlog->is_wanted());
}

TEST_CASE("whoever comes after a pause is told the format that the sound has by then") {
  processed it;
  it.process(it.frames.next());
  auto shorter = stream_format{};
  shorter.frame_size = 480;
  it.backlog->pass_over(shorter);
  client_notes notes;
  it.join(it.on.spawn(fake_connection, &notes), notes);
  REQUIRE(notes.formats.size() == 1);
  CHECK(notes.formats[0] == shorter);
}

TEST_CASE("a report is of all frames that were posted before it was asked for") {
  processed it;
  for (int i = 0; i < 100; ++i) it.backlog->post(it.frames.next(), nullptr);
  CHECK(it.report().frames_accepted == 100);
}

TEST_CASE("one who takes frames has none any more once another has begun to") {
  client_notes notes;  // of connections that look once more as they end
  processed it;
  const auto begin = [&] {
    const auto actor = it.on.spawn(fake_connection, &notes);
    return it.backlog->begin_taking(caf::actor_cast<caf::strong_actor_ptr>(actor));
  };
  const auto first = begin();
  const auto second = begin();
  it.backlog->post(it.frames.next(), nullptr);
  int taken = 0;
  CHECK_FALSE(it.backlog->take_some(first, 10, [&](const frame_ptr&) { ++taken; }));
  CHECK(taken == 0);
  CHECK_FALSE(it.backlog->take_some(second, 10, [&](const frame_ptr&) { ++taken; }));
  CHECK(taken == 1);
}
