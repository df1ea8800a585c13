#include "actors/telemetry/adaptive_optimiser.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "actors/probe/journal.hpp"

namespace troupe::telemetry {
namespace {

std::string in_words(const stream_tuning& tuning) {
  const auto& codec = tuning.codec;
  return fmt::format(
      "{:.1f} kbit/s, complexity {}, frames of {:g} ms{}, {} of which may wait, {} KiB in the "
      "kernel",
      codec.bitrate_bps / 1000.0, codec.complexity, to_milliseconds(codec.frame_duration),
      codec.fec ? fmt::format(", correction for {} % loss", codec.expected_loss_percent) : "",
      tuning.delivery.queue_frames, tuning.delivery.socket_buffer_bytes / 1024);
}

std::string in_words(adaptation_reason reason, double reading, double threshold) {
  const auto milliseconds = [=](const char* what) {
    return fmt::format("{} is {:.1f} ms, over {:.0f}", what, reading, threshold);
  };
  const auto percent = [=](const char* what) {
    return fmt::format("{} {:.1f} %, over {:.1f}", what, 100 * reading, 100 * threshold);
  };
  switch (reason) {
    case adaptation_reason::latency:
      return milliseconds("the latency until frames are encoded");
    case adaptation_reason::peak:
      return milliseconds("the greatest latency until a frame was encoded");
    case adaptation_reason::jitter:
      return milliseconds("the jitter until frames are encoded");
    case adaptation_reason::queue:
      return milliseconds("most frames' time in queues");
    case adaptation_reason::encoder:
      return percent("the encoder takes, of the time that a frame lasts,");
    case adaptation_reason::missed:
      return percent("of the frames that were due were missed");
    case adaptation_reason::dropped:
      return percent("most clients had dropped, of their frames,");
    case adaptation_reason::loss:
      return fmt::format("{:.1f} % of the frames get lost", 100 * reading);
    case adaptation_reason::calm:
      return fmt::format("all has been well for {:.0f} s", reading);
    case adaptation_reason::relapse:
      return "the last step back was too much";
    case adaptation_reason::rollback:
      return milliseconds("the last step did not help: the latency");
  }
  return "unknown";
}

std::string why(const adaptation_event& event) {
  auto cause = in_words(event.cause, event.reading, event.threshold);
  if (event.reason == event.cause) return cause;
  return in_words(event.reason, event.reading, event.threshold) + ": " + cause;
}

void log(const adaptation_event& event) {
  probe::tell(probe::event_kind::adaptation,
              event.to > event.from ? probe::event_level::warning : probe::event_level::info,
              "level",
              fmt::format("level {} {} {}: {}; {}", to_number(event.from),
                          event.applied ? "to" : "would go to", to_number(event.to), why(event),
                          in_words(event.after)));
}

/// What there is of the frames that were due since the counts before.
double missed_share(const source_report& before, const source_report& now) {
  const auto missed = [](const source_report& counts) {
    return counts.frames_skipped + counts.frames_unencodable + counts.xruns;
  };
  const auto lost = static_cast<double>(missed(now)) - static_cast<double>(missed(before));
  const auto made =
      static_cast<double>(now.frames_produced) - static_cast<double>(before.frames_produced);
  // A count may begin anew: a device's does when it is opened again.
  return lost > 0 && made >= 0 ? lost / (lost + made) : 0;
}

/// From a device, a frame is as old as it is long by the time that it is whole.
latency_window without(std::chrono::nanoseconds part, latency_window window) {
  for (auto* each : {&window.min, &window.max, &window.mean, &window.p50, &window.p95, &window.p99,
                     &window.p999})
    *each = std::max(*each - part, std::chrono::nanoseconds{0});
  return window;
}

}  // namespace

void adaptive_optimiser_state::take_over(std::shared_ptr<adaptation_records> its_records,
                                         optimiser_colleagues its_colleagues) {
  records = std::move(its_records);
  colleagues = std::move(its_colleagues);
  counts_before = colleagues.source_counts();
  if (records->mode() == adaptation_mode::off) return;
  tick_later();
  if (records->level() != no_adaptation) apply();  // the one before may not have come to it
}

void adaptive_optimiser_state::note(const system_reading& reading) {
  system = reading;
  system_read = self->clock().now();
}

/// Soon after a beat, at which all that it reads is gathered.
void adaptive_optimiser_state::tick_later() {
  due = next_beat(self->clock().now(), interval, after_beat);
  self->scheduled_send(self, *due, tick_atom::value);
}

/// When all are late, this look may come before what it is to read, which is on its way then.
void adaptive_optimiser_state::tick() {
  waits_for_readings = !waits_for_readings && !has_readings_of_beat();
  if (waits_for_readings) {
    self->delayed_send(self, readings_come_within, tick_atom::value);
    return;
  }
  note_standstill();
  tick_later();
  const auto now = self->clock().now();
  const auto reading = read();
  if (can_judge()) {
    if (const auto event = records->look(reading, now)) {
      log(*event);
      changed = now;
      apply();
    }
  }
  if (now - told >= told_again_after) apply();
}

void adaptive_optimiser_state::note_standstill() {
  const auto now = self->clock().now();
  if (!due || now - *due < standstill) return;
  if (starvation_in(recent_system()) > starvation_explains) return;
  const auto last = std::exchange(stood_still, now);
  if (last && now - *last < standstills_are_rare) return;
  judges_from = now + change_shows_after;
  records->forget_calm();
}

/// Without fresh readings, and while they are of different settings, nothing is decided.
bool adaptive_optimiser_state::can_judge() const {
  if (records->is_paused()) return false;
  const auto now = self->clock().now();
  if (changed && now - *changed < change_shows_after) return false;
  if (now < judges_from) return false;
  return now - colleagues.latency->passed() <= latency_reading_lasts;
}

adaptation_reading adaptive_optimiser_state::read() {
  adaptation_reading result;
  result.system = recent_system();
  read_latency(result);
  read_counts(result);
  return result;
}

bool adaptive_optimiser_state::has_readings_of_beat() const {
  const auto beat = *due - after_beat;
  return system_read && *system_read >= beat && colleagues.latency->passed() >= beat;
}

system_reading adaptive_optimiser_state::recent_system() const {
  const bool is_recent = system_read && self->clock().now() - *system_read <= system_reading_lasts;
  return is_recent ? system : system_reading{};
}

void adaptive_optimiser_state::read_latency(adaptation_reading& reading) const {
  const auto frame = records->tuning().codec.frame_duration;
  reading.latency = colleagues.latency->last_second_of(latency_stage::capture);
  if (reading.latency && colleagues.paced_by_device)
    reading.latency = without(frame, *reading.latency);
  if (const auto encoding = colleagues.latency->last_second_of(latency_stage::encode))
    reading.encoder_share = std::chrono::duration<double>{encoding->mean} / frame;
  if (const auto queueing = colleagues.latency->last_second_of(latency_stage::queue))
    reading.queueing = queueing->p50;
}

void adaptive_optimiser_state::read_counts(adaptation_reading& reading) {
  const auto now = colleagues.source_counts();
  reading.missed_share = missed_share(std::exchange(counts_before, now), now);
  // What a queue drops is lost to its client's decoder, as on a link.
  reading.dropped_share = reading.lost_share = colleagues.median_dropped_share();
}

void adaptive_optimiser_state::apply() {
  told = self->clock().now();
  if (records->mode() != adaptation_mode::on) return;
  const auto tuning = records->tuning();
  self->send(colleagues.source, tuning.codec);
  self->send(colleagues.client_registry, tuning.delivery);
}

adaptive_optimiser_actor::behavior_type adaptive_optimiser(
    supervision::player_pointer<adaptive_optimiser_actor, adaptive_optimiser_state> self,
    std::shared_ptr<adaptation_records> kept, optimiser_colleagues colleagues) {
  self->state.take_over(std::move(kept), std::move(colleagues));
  return {
      [self](tick_atom) { self->state.tick(); },
      [self](const system_reading& reading) { self->state.note(reading); },
      [self](const codec_settings& asked_for) -> caf::result<void> {
        if (const auto complaint = asked_for.complaint())
          return caf::make_error(caf::sec::invalid_argument, *complaint);
        self->state.records->ask_for(asked_for);
        self->send(self->state.colleagues.client_registry, self->state.records->tuning().delivery);
        return self->delegate(self->state.colleagues.source, self->state.records->tuning().codec);
      },
      [self](report_atom) { return self->state.records->report(); },
  };
}

}  // namespace troupe::telemetry
