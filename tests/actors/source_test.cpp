#include "actors/media/source.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "actors/supervision/failure_text.hpp"
#include "tests/actors/support/manual_poller.hpp"
#include "tests/actors/support/stage.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using media::pcm_result;
using test::stage;

namespace {

/// An input that does what the test says.
class scripted_input final : public media::pcm_input {
 public:
  struct script {
    std::size_t frames_left = 1'000'000;
    pcm_result when_empty = media::pcm_end{0};
    media::pcm_pace pace = media::pcm_pace::clock;
    media::pcm_shape shape;
    unix_time captured{};
    bool broken = false;
    bool refuses_shapes = false;
    bool can_seek = true;
    std::chrono::nanoseconds place{};       ///< that it was brought to
    std::function<void()> on_read = [] {};  ///< done once, in the middle of the next read
  };

  explicit scripted_input(script* its_script) : script_(its_script) {}

  pcm_result read(std::span<float> samples) override {
    std::exchange(script_->on_read, [] {})();
    if (script_->broken) throw std::runtime_error{"the input broke"};
    if (script_->frames_left == 0) return script_->when_empty;
    --script_->frames_left;
    std::fill(samples.begin(), samples.end(), 0.0F);
    return media::pcm_ready{};
  }
  void reshape(media::pcm_shape shape) override {
    if (script_->refuses_shapes) throw std::runtime_error{"the input has no such shape"};
    script_->shape = shape;
  }
  bool can_seek() const override { return script_->can_seek; }
  void seek(std::chrono::nanoseconds place) override { script_->place = place; }
  media::pcm_pace pace() const override { return script_->pace; }
  unix_time captured() const override { return script_->captured; }
  std::string description() const override { return "scripted"; }

 private:
  script* script_;
};

struct notes {
  bool keeps_frames = true;
  std::uint64_t frame_count = 0;
  std::uint64_t uneven_steps = 0;  ///< of the frames' times
  std::optional<unix_time> last_captured;
  std::vector<frame_ptr> frames;
  std::vector<latency_batch> batches;
  int over = 0;
  std::shared_ptr<frame_backlog> backlog;
  frame_backlog::taker taker{};
};

using waking_actor = runtime::wakeable_actor<caf::event_based_actor>;

caf::behavior fake_processor(waking_actor* self, notes* heard) {
  const auto take = [=](const frame_ptr& frame) {
    const auto captured = frame->info().captured;
    if (heard->last_captured)
      heard->uneven_steps +=
          captured - *heard->last_captured != frame->info().format.frame_duration();
    heard->last_captured = captured;
    ++heard->frame_count;
    if (heard->keeps_frames) heard->frames.push_back(frame);
  };
  self->set_wake_up_handler(
      [=] { CHECK_FALSE(heard->backlog->take_some(heard->taker, 1000, take)); });
  return {[](stop_atom) {}};
}

latency_monitor_actor::behavior_type fake_monitor(latency_monitor_actor::pointer, notes* heard) {
  return {[=](const latency_batch& batch) { heard->batches.push_back(batch); },
          [](gone_atom, client_number) {}, [](tick_atom) {},
          [](report_atom) { return latency_report{}; }};
}

caf::behavior fake_listener(caf::event_based_actor*, notes* heard) {
  return {[=](over_atom) { ++heard->over; }};
}

struct playing {
  explicit playing(const scripted_input::script& its_script = {}) : script(its_script) {
    kept = std::make_shared<media::capture>(codec_settings{},
                                            std::make_unique<scripted_input>(&script),
                                            [this](media::pcm_shape) { return open_anew(); });
    const auto processor = on.spawn(fake_processor, &heard);
    heard.backlog = std::make_shared<frame_backlog>();
    heard.backlog->set_wanted(true);
    heard.taker = heard.backlog->begin_taking(caf::actor_cast<caf::strong_actor_ptr>(processor));
    colleagues = {.poller = &poller,
                  .frames = heard.backlog,
                  .latency_monitor = on.spawn(fake_monitor, &heard),
                  .listener = on.spawn(fake_listener, &heard),
                  .unix_clock = [this] {
                    on_unix_clock();
                    return unix_time{on.now().time_since_epoch()} + clock_was_set_by;
                  }};
    start();
  }

  std::unique_ptr<media::pcm_input> open_anew() {
    ++openings;
    if (std::exchange(opening_fails, false)) throw std::runtime_error{"it cannot be opened"};
    return std::make_unique<scripted_input>(&script_anew);
  }

  void start() {
    player = on.spawn(media::source, kept, colleagues);
    on.run();
  }

  scripted_input::script script;
  scripted_input::script script_anew;  ///< of the input opened anew
  int openings = 0;
  bool opening_fails = false;
  std::function<void()> on_unix_clock = [] {};
  std::chrono::nanoseconds clock_was_set_by{};
  notes heard;
  test::manual_poller poller;
  stage on;
  std::shared_ptr<media::capture> kept;
  media::source_colleagues colleagues;
  source_actor player;
};

/// What is logged while it lives.
class heard_log {
 public:
  heard_log() {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "heard", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)));
  }
  ~heard_log() { spdlog::set_default_logger(before_); }
  heard_log(const heard_log&) = delete;
  heard_log& operator=(const heard_log&) = delete;

  [[nodiscard]] bool has(std::string_view part) const {
    return text_.str().find(part) != std::string::npos;
  }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
};

/// No frame is missing, none came twice, and the counts say so.
void check_all_frames_are_there(const playing& it, std::size_t count) {
  REQUIRE(it.heard.frames.size() == count);
  for (std::size_t i = 0; i < count; ++i)
    CHECK(to_number(it.heard.frames[i]->info().sequence) == i);
  CHECK(it.heard.uneven_steps == 0);
  CHECK(it.kept->report().frames_produced == count);
}

}  // namespace

TEST_CASE("a source paced by the clock makes one frame each frame duration, the first at once") {
  playing it;
  CHECK(it.heard.frames.size() == 1);
  it.on.pass(19ms);
  CHECK(it.heard.frames.size() == 1);
  it.on.pass(1ms);
  CHECK(it.heard.frames.size() == 2);
  it.on.pass(10s);
  CHECK(it.heard.frames.size() == 502);
}

TEST_CASE("after 10 minutes the count is right to the frame, and each step in time was exact") {
  playing it;
  it.heard.keeps_frames = false;
  it.on.pass(10min);
  CHECK(it.heard.frame_count == 30'001);  // the first came at once
  CHECK(it.heard.uneven_steps == 0);
}

TEST_CASE("timestamps of neighbours differ by exactly the frame's duration, numbers by one") {
  playing it;
  it.on.pass(2s);
  REQUIRE(it.heard.frames.size() == 101);
  for (std::size_t i = 1; i < it.heard.frames.size(); ++i) {
    const auto& before = it.heard.frames[i - 1]->info();
    const auto& after = it.heard.frames[i]->info();
    CHECK(after.captured - before.captured == 20ms);
    CHECK(to_number(after.sequence) == to_number(before.sequence) + 1);
  }
}

TEST_CASE("timestamps follow a Unix clock that was set, in one jump, the pace does not change") {
  playing it;
  it.on.pass(1s);
  const auto before = it.heard.frames.back()->info().captured;
  it.clock_was_set_by = -1h;
  it.on.pass(1s);
  REQUIRE(it.heard.frames.size() == 101);
  CHECK(it.heard.frames[51]->info().captured - before == 20ms - 1h);
  CHECK(it.heard.frames[100]->info().captured - before == 1s - 1h);
}

TEST_CASE("a Unix clock that was set is told in the log") {
  playing it;
  const heard_log log;
  it.clock_was_set_by = 1h;
  it.on.pass(100ms);
  CHECK(log.has("the system's clock was set by +3600.000 s"));
}

TEST_CASE("being held up between the readings of both clocks is not taken for a set clock") {
  playing it;
  it.on.pass(1s);
  const heard_log log;
  bool is_held_up = true;
  it.on_unix_clock = [&] {
    if (std::exchange(is_held_up, false)) it.on.pass(150ms);
  };
  it.on.pass(1s);
  CHECK_FALSE(is_held_up);
  CHECK_FALSE(log.has("clock was set"));
  check_all_frames_are_there(it, 101);
}

TEST_CASE("nor is it where the source makes time anew since it fell behind") {
  playing it{{.frames_left = 1, .when_empty = media::pcm_wait_for{5ms}}};
  it.on.pass(1s);
  const heard_log log;
  bool is_held_up = true;
  it.on_unix_clock = [&] {
    if (std::exchange(is_held_up, false)) it.on.pass(150ms);
  };
  it.script.frames_left = 1'000'000;
  it.on.pass(1s);
  CHECK_FALSE(is_held_up);
  CHECK_FALSE(log.has("clock was set"));
  REQUIRE(it.heard.frames.size() > 2);
  // Under the test's clocks Unix time is steady time: the anchor was right.
  const auto ahead =
      it.heard.frames.back()->info().captured - unix_time{it.on.now().time_since_epoch()};
  CHECK(std::chrono::abs(ahead) <= 20ms);
}

TEST_CASE("frames that there was no time to make are counted, those without sound are not") {
  playing it;
  it.on.pass(100ms);
  it.script.on_read = [&] { it.on.pass(5s); };  // as if the machine had stood still
  it.on.pass(100ms);
  const auto report = it.on.ask<source_report>(it.player, report_atom::value);
  CHECK(report.frames_skipped > 240);
  CHECK(report.frames_skipped <= 250);
  playing starved{{.frames_left = 1, .when_empty = media::pcm_wait_for{5ms}}};
  starved.on.pass(5s);
  starved.script.frames_left = 1'000'000;
  starved.on.pass(1s);
  CHECK(starved.on.ask<source_report>(starved.player, report_atom::value).frames_skipped == 0);
}

TEST_CASE("the latency monitor hears of the source four times a second") {
  playing it;
  it.on.pass(10s);
  CHECK(it.heard.batches.size() >= 35);
  CHECK(it.heard.batches.size() <= 41);
}

TEST_CASE("a source whose sound is over says so, once, and makes no more frames") {
  playing it{{.frames_left = 3}};
  it.on.pass(1s);
  CHECK(it.heard.frames.size() == 3);
  CHECK(it.heard.over == 1);
}

TEST_CASE("the last samples of a sound are not lost") {
  playing it{{.frames_left = 3, .when_empty = media::pcm_end{100}}};
  it.on.pass(1s);
  CHECK(it.heard.frames.size() == 4);
  CHECK(it.heard.over == 1);
}

TEST_CASE("other settings are in force from the next frame on") {
  playing it;
  codec_settings wanted;
  wanted.frame_duration = 10ms;
  wanted.channels = 1;
  it.on.tell(it.player, wanted);
  it.on.pass(20ms);
  REQUIRE(it.heard.frames.size() >= 2);
  CHECK(it.heard.frames[0]->info().format.frame_size == 960);
  CHECK(it.heard.frames[1]->info().format == wanted.format());
  CHECK(it.script.shape.channels == 1);
  it.on.pass(1s);
  CHECK(it.heard.frames.size() == 102);
  const auto& before = it.heard.frames[50]->info();
  CHECK(it.heard.frames[51]->info().captured - before.captured == 10ms);
}

TEST_CASE("settings that cannot be are refused and nothing changes") {
  playing it;
  codec_settings wanted;
  wanted.bitrate_bps = 1;
  CHECK(it.on.refusal_of(it.player, wanted).find("6000 to 510000") != std::string::npos);
  it.on.pass(20ms);
  CHECK(it.heard.frames.size() == 2);
  CHECK(it.kept->codec() == codec_settings{});
}

TEST_CASE("a device sets the pace and the timestamps") {
  playing it{{.frames_left = 1,
              .when_empty = media::pcm_wait_for{7ms},
              .pace = media::pcm_pace::device,
              .captured = unix_time{123s}}};
  REQUIRE(it.heard.frames.size() == 1);
  CHECK(it.heard.frames[0]->info().captured == unix_time{123s});
  it.script.frames_left = 1;
  it.on.pass(6ms);
  CHECK(it.heard.frames.size() == 1);
  it.on.pass(1ms);
  CHECK(it.heard.frames.size() == 2);
}

TEST_CASE("a source that waits for a descriptor goes on when it can be read") {
  playing it{{.frames_left = 0,
              .when_empty = media::pcm_wait_readable{42},
              .pace = media::pcm_pace::device}};
  REQUIRE(it.poller.registrations.contains(42));
  CHECK(it.poller.registrations.at(42).armed == runtime::interest::read);
  it.script.frames_left = 2;
  it.poller.fire(42, {.readable = true});
  it.on.run();
  CHECK(it.heard.frames.size() == 2);
  CHECK(it.poller.registrations.at(42).armed == runtime::interest::read);
}

TEST_CASE("an input that starves is not made up for in a burst") {
  playing it{{.frames_left = 1, .when_empty = media::pcm_wait_for{5ms}}};
  it.on.pass(5s);
  it.script.frames_left = 1'000'000;
  it.on.pass(1s);
  CHECK(it.heard.frames.size() >= 50);
  CHECK(it.heard.frames.size() <= 53);
}

TEST_CASE("a source that failed goes on at the same place when it is made again") {
  playing it;
  it.on.pass(100ms);
  const auto frames_before = it.heard.frames.size();
  it.script.broken = true;
  it.on.pass(20ms);
  it.script.broken = false;
  it.start();
  it.on.pass(100ms);
  REQUIRE(it.heard.frames.size() > frames_before);
  CHECK(to_number(it.heard.frames[frames_before]->info().sequence) == frames_before);
  CHECK(it.kept->report().frames_produced == it.heard.frames.size());
}

TEST_CASE("a source that failed leaves its input to the next one") {
  playing it;
  it.on.pass(100ms);
  caf::anon_send_exit(it.player, caf::exit_reason::kill);
  it.on.run();
  it.start();
  it.on.pass(100ms);
  check_all_frames_are_there(it, 11);
  CHECK(it.openings == 0);
}

TEST_CASE("a source that fails when it begins leaves the input as well") {
  playing it;
  caf::anon_send_exit(it.player, caf::exit_reason::kill);
  it.on.run();
  it.script.refuses_shapes = true;
  it.start();
  it.script.refuses_shapes = false;
  it.start();
  it.on.pass(100ms);
  check_all_frames_are_there(it, 6);
  CHECK(it.openings == 0);
}

TEST_CASE("a source takes over from one that is stuck in a read, at the same place") {
  playing it;
  it.on.pass(100ms);
  it.script.on_read = [&] {
    it.start();
    it.on.pass(100ms);
  };
  it.on.pass(200ms);
  check_all_frames_are_there(it, 16);
  CHECK(it.openings == 1);
  CHECK(it.script_anew.place == 120ms);
  const auto frames_read = 1'000'000 - it.script.frames_left;
  CHECK(frames_read == 7);  // the last one was in hand
}

TEST_CASE("a source takes over from one that is stuck before its read, or after") {
  for (const int time_asked : {1, 2}) {
    playing it;
    it.on.pass(100ms);
    int left = time_asked;
    it.on_unix_clock = [&] {
      if (--left == 0) it.start();
    };
    it.on.pass(200ms);
    check_all_frames_are_there(it, 16);
    CHECK(it.openings == 1);
    CHECK(it.script_anew.place == 120ms);
  }
}

TEST_CASE("a source that takes over makes up for the time that the stuck one cost") {
  playing it;
  it.script.on_read = [&] {
    it.on.pass(200ms);
    it.start();
    CHECK(it.heard.frames.size() == 12);
  };
  it.on.pass(20ms);
  check_all_frames_are_there(it, 12);
}

TEST_CASE("a source whose place was taken while it was stuck ends when it wakes") {
  playing it;
  bool has_ended = false;
  it.player->attach_functor([&] { has_ended = true; });
  it.script.on_read = [&] {
    it.start();
    CHECK_FALSE(has_ended);
  };
  it.on.pass(100ms);
  CHECK(has_ended);
  check_all_frames_are_there(it, 6);
}

TEST_CASE("that the sound is over is said once, also where a source was stuck at the end of it") {
  playing it;
  it.script.frames_left = it.script_anew.frames_left = 0;
  it.script.on_read = [&] { it.start(); };
  it.on.pass(100ms);
  CHECK(it.heard.over == 1);
  it.start();
  it.on.pass(100ms);
  CHECK(it.heard.over == 1);
}

TEST_CASE("an input that cannot be opened anew fails the source, and is tried by the next one") {
  playing it;
  it.script.on_read = [&] {
    it.opening_fails = true;
    it.start();
    CHECK(it.heard.frames.size() == 1);
    it.start();
  };
  it.on.pass(100ms);
  check_all_frames_are_there(it, 6);
  CHECK(it.openings == 2);
}

TEST_CASE("no source takes an input that there is but once from another one") {
  playing it{{.can_seek = false}};
  CHECK_FALSE(it.kept->can_be_taken_over());
  it.script.on_read = [&] { it.start(); };
  it.on.pass(100ms);
  check_all_frames_are_there(it, 6);
  CHECK(it.openings == 0);
}

TEST_CASE("a source that was told to stop answers with its counts and is quiet") {
  playing it;
  it.on.pass(100ms);
  const auto report = it.on.ask<source_report>(it.player, stop_atom::value);
  CHECK(report.frames_produced == it.heard.frames.size());
  it.on.pass(1s);
  CHECK(it.heard.frames.size() == report.frames_produced);
}

TEST_CASE("when all frames are in use the source says so in its counts instead of failing") {
  playing it;
  it.on.pass(20ms * frame_pool::default_limit + 100ms);  // the test keeps every frame
  CHECK(it.heard.frames.size() == frame_pool::default_limit);
  CHECK(it.kept->report().frames_unencodable > 0);
}

TEST_CASE("while nobody wants frames the source encodes none, and time and sound go on") {
  playing it;
  it.on.pass(80ms);
  REQUIRE(it.heard.frames.size() == 5);
  it.heard.backlog->set_wanted(false);
  it.on.pass(100ms);
  CHECK(it.heard.frames.size() == 5);
  CHECK(it.kept->report().frames_unwanted == 5);
  it.heard.backlog->set_wanted(true);
  it.on.pass(20ms);  // no later than one frame after somebody came
  REQUIRE(it.heard.frames.size() == 6);
  const auto& before = it.heard.frames[4]->info();
  const auto& after = it.heard.frames[5]->info();
  CHECK(after.captured - before.captured == 120ms);
  // Whoever was there at both ends of the pause has missed nothing that was made.
  CHECK(to_number(after.sequence) == to_number(before.sequence) + 1);
}

TEST_CASE("a source that always encodes does so while nobody wants frames") {
  playing it;
  it.heard.backlog->set_wanted(false);
  it.colleagues.always_encodes = true;
  caf::anon_send_exit(it.player, caf::exit_reason::kill);
  it.on.run();
  it.start();
  it.on.pass(100ms);
  CHECK(it.heard.frames.size() == 6);
  CHECK(it.kept->report().frames_unwanted == 0);
}
