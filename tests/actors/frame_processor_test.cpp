#include "actors/delivery/frame_processor.hpp"

#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "tests/actors/support/sound_frames.hpp"
#include "tests/actors/support/stage.hpp"

using namespace troupe;
using test::stage;

namespace {

struct client_notes {
  frame_inbox_ptr inbox = caf::make_counted<frame_inbox>();
  std::vector<frame_ptr> frames;
  std::vector<stream_format> formats;
};

connection_actor::behavior_type fake_connection(connection_actor::pointer self,
                                                client_notes* notes) {
  return {
      [=](frames_atom) {
        notes->inbox->take_all([=](frame_ptr frame) { notes->frames.push_back(std::move(frame)); });
      },
      [=](const stream_format& format) { notes->formats.push_back(format); },
      [](const readiness&) {},
      [](stall_atom) {},
      [](beat_atom) {},
      [](tick_atom) {},
      [self](drain_atom, std::chrono::nanoseconds) { self->quit(); },
      [](evict_atom) {}};
}

struct processed {
  processed() { start(); }

  void start() { processor = on.spawn(delivery::frame_processor, audience); }
  void join(const connection_actor& connection, const client_notes& notes) {
    on.tell(processor, caf::join_atom::value, connection, notes.inbox);
  }
  processor_report report() { return on.ask<processor_report>(processor, report_atom::value); }

  stage on;
  std::shared_ptr<delivery::frame_audience> audience =
      std::make_shared<delivery::frame_audience>(codec_settings{}.format());
  frame_processor_actor processor;
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
  it.on.tell(it.processor, frame);
  REQUIRE(one.frames.size() == 1);
  REQUIRE(two.frames.size() == 1);
  CHECK(one.frames[0] == frame);
  CHECK(two.frames[0] == frame);
}

TEST_CASE("who joins in the middle of a stream is told its format first") {
  processed it;
  it.on.tell(it.processor, it.frames.next());
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
  it.on.tell(it.processor, it.frames.next());
  CHECK(it.audience->size() == 0);
  CHECK(it.report().frames_unheard == 1);
}

TEST_CASE("frames that are not Opus packets of the stream's format are refused and counted") {
  processed it;
  client_notes notes;
  it.join(it.on.spawn(fake_connection, &notes), notes);
  const frame_info info{.sequence = {}, .captured = {}, .encoded = {}, .format = {}};
  it.on.tell(it.processor, make_frame({}, info));
  const std::vector<std::byte> broken{std::byte{0xFF}};  // code 3 without its frame count
  it.on.tell(it.processor, make_frame(broken, info));
  auto wrong_format = info;
  wrong_format.format.frame_size = 480;
  const auto good = it.frames.next();
  it.on.tell(it.processor, make_frame(good->packet(), wrong_format));
  it.on.tell(it.processor, good);
  CHECK(notes.frames.size() == 1);
  CHECK(it.report().frames_invalid == 3);
  CHECK(it.report().frames_accepted == 1);
}

TEST_CASE("a restarted frame processor goes on serving those who had joined") {
  processed it;
  client_notes notes;
  it.join(it.on.spawn(fake_connection, &notes), notes);
  it.on.tell(it.processor, it.frames.next());
  caf::anon_send_exit(it.processor, caf::exit_reason::kill);
  it.on.run();
  it.start();
  it.on.tell(it.processor, it.frames.next());
  CHECK(notes.frames.size() == 2);
  CHECK(it.report().frames_accepted == 2);
}
