#include "actors/telemetry/adaptive_optimiser.hpp"

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/actors/support/stage.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using test::stage;

namespace {

/// What the optimiser told its colleagues.
struct heard {
  std::vector<codec_settings> codecs;
  std::vector<delivery_tuning> tunings;
};

source_actor::behavior_type fake_source(source_actor::pointer, heard* notes) {
  return {[](const readiness&) {},
          [=](const codec_settings& settings) { notes->codecs.push_back(settings); },
          [](stop_atom) { return source_report{}; }, [](report_atom) { return source_report{}; }};
}

client_registry_actor::behavior_type fake_registry(client_registry_actor::pointer, heard* notes) {
  return {[](const accepted_client&) {},
          [](const arriving_client&) { return caf::strong_actor_ptr{}; },
          [](const client_report&) {},
          [](tick_atom) {},
          [=](const delivery_tuning& tuning) { notes->tunings.push_back(tuning); },
          [](evict_atom) {},
          [](drain_atom, nanoseconds) { return clients_report{}; },
          [](report_atom) { return clients_report{}; }};
}

struct playing {
  explicit playing(adaptation_mode mode = adaptation_mode::on) {
    adaptation_settings settings;
    settings.mode = mode;
    settings.cooldown = 5s;
    settings.stability = 3s;
    kept = std::make_shared<telemetry::adaptation_records>(settings, stream_tuning{});
    colleagues = {.latency = latency,
                  .source_counts = [this] { return counts; },
                  .median_dropped_share = [this] { return dropped_share; },
                  .source = on.spawn(fake_source, &notes),
                  .client_registry = on.spawn(fake_registry, &notes)};
    begin();
  }

  void begin() {
    optimiser = on.spawn(telemetry::adaptive_optimiser, kept, colleagues);
    on.run();
  }

  /// Seconds in which the node makes all frames but `missed`, each this long after its capture.
  void pass(int seconds, nanoseconds latency_of_all, std::uint64_t missed = 0) {
    for (int i = 0; i < seconds; ++i) {
      counts.frames_produced += 50 - missed;
      counts.frames_skipped += missed;
      latency->add(
          latency_batch{std::vector<latency_sample>(50, {latency_stage::capture, latency_of_all})});
      static_cast<void>(latency->pass(on.now()));
      on.pass(1s);
    }
  }

  adaptation_report report() { return on.ask<adaptation_report>(optimiser, report_atom::value); }

  heard notes;
  source_report counts;
  double dropped_share = 0;
  stage on;
  std::shared_ptr<telemetry::latency_records> latency =
      std::make_shared<telemetry::latency_records>();
  std::shared_ptr<telemetry::adaptation_records> kept;
  telemetry::optimiser_colleagues colleagues;
  adaptive_optimiser_actor optimiser;
};

}  // namespace

TEST_CASE("while all is well the optimiser changes nothing") {
  playing it;
  it.pass(60, 1ms);
  for (const auto& codec : it.notes.codecs) CHECK(codec == codec_settings{});
  for (const auto& tuning : it.notes.tunings) CHECK(tuning == delivery_tuning{});
  CHECK(it.report().changes == 0);
}

TEST_CASE("missed frames take source and connections to a higher level, and calm takes them back") {
  playing it;
  it.pass(3, 1ms);
  it.pass(3, 500ms, 25);
  REQUIRE(it.notes.codecs.size() == 1);
  CHECK(it.notes.codecs[0].bitrate_bps < 96'000);
  CHECK(it.notes.codecs[0].frame_duration > 20ms);
  REQUIRE(it.notes.tunings.size() == 1);
  CHECK(it.notes.tunings[0].queue_frames == 3);
  const auto report = it.report();
  CHECK(report.level > no_adaptation);
  CHECK(report.set.codec == it.notes.codecs[0]);
  REQUIRE(report.events.size() == 1);
  CHECK(report.events[0].reason == adaptation_reason::missed);
  CHECK(report.events[0].reading == 0.5);
  CHECK(report.events[0].applied);
  it.pass(60, 1ms);
  CHECK(it.report().level == no_adaptation);
  CHECK(it.notes.codecs.back() == codec_settings{});
  CHECK(it.notes.tunings.back() == delivery_tuning{});
}

TEST_CASE("where most clients have frames dropped, there are fewer bits and error correction") {
  playing it;
  it.dropped_share = 0.2;
  it.pass(10, 1ms);
  REQUIRE_FALSE(it.notes.codecs.empty());
  CHECK(it.notes.codecs.back().bitrate_bps < 0.8 * 96'000);
  CHECK(it.notes.codecs.back().fec);
  CHECK(it.report().events[0].reason == adaptation_reason::dropped);
}

TEST_CASE("in the mode watch it is told what would be done, and nothing is") {
  playing it{adaptation_mode::watch};
  it.pass(3, 500ms, 25);
  CHECK(it.notes.codecs.empty());
  CHECK(it.notes.tunings.empty());
  const auto report = it.report();
  REQUIRE(report.events.size() == 1);
  CHECK_FALSE(report.events[0].applied);
  CHECK(report.level > no_adaptation);
  CHECK(report.set == stream_tuning{});
}

TEST_CASE("off, the optimiser sees nothing, and passes on what is asked for") {
  playing it{adaptation_mode::off};
  it.pass(3, 500ms, 25);
  CHECK(it.report().changes == 0);
  codec_settings wanted;
  wanted.bitrate_bps = 64'000;
  it.on.tell(it.optimiser, wanted);
  CHECK(it.notes.codecs == std::vector{wanted});
}

TEST_CASE("what is asked for while on a level comes to the source as that level has it") {
  playing it;
  it.pass(3, 500ms, 25);
  codec_settings wanted;
  wanted.bitrate_bps = 200'000;
  it.on.tell(it.optimiser, wanted);
  CHECK(it.notes.codecs.back().bitrate_bps < 200'000);
  CHECK(it.notes.codecs.back().bitrate_bps > it.notes.codecs.front().bitrate_bps);
  it.pass(60, 1ms);
  CHECK(it.notes.codecs.back() == wanted);
}

TEST_CASE("settings that cannot be are refused by the optimiser, and nothing changes") {
  playing it;
  codec_settings wanted;
  wanted.bitrate_bps = 1;
  CHECK(it.on.refusal_of(it.optimiser, wanted).find("bitrate") != std::string::npos);
  CHECK(it.notes.codecs.empty());
  CHECK(it.report().asked_for == stream_tuning{});
}

TEST_CASE("an optimiser goes on where the one before it was") {
  playing it;
  it.pass(3, 500ms, 25);
  const auto level = it.report().level;
  caf::anon_send_exit(it.optimiser, caf::exit_reason::kill);
  it.on.run();
  it.notes = {};
  it.begin();
  CHECK(it.notes.codecs.size() == 1);  // it may not have been told of it
  CHECK(it.notes.tunings.size() == 1);
  CHECK(it.report().level == level);
  it.pass(60, 1ms);
  CHECK(it.report().level == no_adaptation);
  CHECK(it.notes.codecs.back() == codec_settings{});
}

TEST_CASE("longer frames do not count as latency where the sound comes from a device") {
  playing it;
  it.colleagues.paced_by_device = true;
  caf::anon_send_exit(it.optimiser, caf::exit_reason::kill);
  it.on.run();
  it.begin();
  it.pass(3, 500ms, 25);
  REQUIRE(it.report().set.codec.frame_duration > 20ms);
  it.pass(60, 55ms);  // over the target, but for what longer frames add
  CHECK(it.report().set.codec.frame_duration == 20ms);
}

TEST_CASE("what is set is told again, in case that it was lost with an actor") {
  playing it;
  it.pass(3, 500ms, 25);
  const auto set = it.report().set;
  it.notes = {};
  it.on.pass(11s);
  REQUIRE_FALSE(it.notes.codecs.empty());
  CHECK(it.notes.codecs.front() == set.codec);
  CHECK(it.notes.tunings.front() == set.delivery);
}

TEST_CASE("without a latency monitor nothing is decided") {
  playing it;
  it.pass(3, 500ms, 25);
  const auto level = it.report().level;
  it.on.pass(60s);
  CHECK(it.report().level == level);
}

TEST_CASE("an old reading of the machine counts for nothing") {
  playing it;
  system_reading reading;
  reading.process_cpu = 0.5;
  it.on.tell(it.optimiser, reading);
  it.pass(1, 1ms);
  CHECK(it.report().system.process_cpu);
  it.pass(5, 1ms);
  CHECK_FALSE(it.report().system.process_cpu);
}

TEST_CASE("what a standstill of the process left behind is no trouble to adapt to") {
  playing it;
  it.pass(5, 1ms);
  it.on.stand_still(10s);
  it.pass(1, 500ms, 40);
  it.pass(30, 1ms);
  CHECK(it.report().changes == 0);
}

TEST_CASE("so is what a short one left behind, of which a look comes late") {
  playing it;
  it.pass(5, 1ms);
  it.on.stand_still(1400ms);
  it.pass(1, 500ms, 40);
  it.pass(30, 1ms);
  CHECK(it.report().changes == 0);
}

TEST_CASE("time that stood still was not calm") {
  playing it;
  it.pass(3, 500ms, 40);
  const auto level = it.report().level;
  REQUIRE(to_number(level) > 0);
  it.pass(40, 70ms);  // neither trouble nor calm, past the cooldown
  it.pass(2, 1ms);
  REQUIRE(it.report().level == level);
  it.on.stand_still(60s);
  it.pass(4, 1ms);
  CHECK(it.report().level == level);
}

TEST_CASE("standstills that come again soon are trouble") {
  playing it;
  it.pass(5, 1ms);
  for (int i = 0; i < 3; ++i) {
    it.on.stand_still(5s);
    it.pass(1, 500ms, 40);  // what is judged, or not, is the look right after it
  }
  CHECK(it.report().changes >= 1);
}

TEST_CASE("a look that comes late because the process is starved is no standstill") {
  playing it;
  it.pass(5, 1ms);
  system_reading reading;
  reading.quota_exhausted = 1;
  it.on.tell(it.optimiser, reading);
  it.on.stand_still(1400ms);
  it.pass(1, 500ms, 40);
  CHECK(it.report().changes == 1);
}

TEST_CASE("a look that comes late takes in what is told at its beat") {
  playing it;
  it.pass(1, 1ms);
  it.on.pass(100ms);  // past a look
  it.on.spawn(
      [](caf::event_based_actor* self, const adaptive_optimiser_actor& optimiser) -> caf::behavior {
        self->scheduled_send(self, next_beat(self->clock().now(), 1s), tick_atom::value);
        return {[=](tick_atom) {
          system_reading reading;
          reading.process_cpu = 0.5;
          self->send(optimiser, reading);
        }};
      },
      it.optimiser);
  it.on.run();
  it.on.stand_still(1s);
  it.on.pass(20ms);
  CHECK(it.report().system.process_cpu);
}

TEST_CASE("counts that begin anew are not taken for frames that were missed") {
  playing it;
  it.counts.xruns = 30;
  caf::anon_send_exit(it.optimiser, caf::exit_reason::kill);
  it.begin();
  it.pass(5, 1ms);
  it.counts.xruns = 0;
  it.pass(5, 1ms);
  CHECK(it.report().changes == 0);
}
