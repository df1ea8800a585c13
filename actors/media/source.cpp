#include "actors/media/source.hpp"

#include <algorithm>
#include <bit>
#include <utility>
#include <variant>

#include <spdlog/fmt/fmt.h>

#include "actors/probe/journal.hpp"
#include "protocol/no_answer.hpp"

namespace troupe::media {
namespace {

template <class... Ts>
struct overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
overloaded(Ts...) -> overloaded<Ts...>;

std::size_t samples_per_frame(const stream_format& format) {
  return std::size_t{format.frame_size} * format.channels;
}

}  // namespace

void source_state::take_over(std::shared_ptr<capture> its_capture,
                             source_colleagues its_colleagues) {
  kept = std::move(its_capture);
  colleagues = std::move(its_colleagues);
  held.emplace(kept);
  encoder.emplace(kept->codec());
  fit(encoder->settings());
  self->set_wake_up_handler([this] {
    if (waiting == wait_kind::clock) run();
  });
  run_at(self->clock().now());
}

caf::result<void> source_state::configure(const codec_settings& settings) {
  if (const auto complaint = settings.complaint())
    return caf::make_error(caf::sec::invalid_argument, *complaint);
  kept->set_codec(settings);
  return caf::unit;
}

/// Between two frames: the encoder and the input change together.
void source_state::apply(const codec_settings& settings) {
  if (settings == encoder->settings()) return;
  encoder->configure(settings);
  fit(settings);
}

void source_state::fit(const codec_settings& settings) {
  held->input().reshape(shape_for(settings));
  samples.resize(samples_per_frame(settings.format()));
}

void source_state::run() {
  waiting = wait_kind::nothing;
  for (int i = 0; i < frame_budget; ++i) {
    const auto settings = held->codec_of_next_frame();
    if (!settings) {
      end_if_replaced();
      return;
    }
    apply(*settings);
    if (!is_due() || !produce()) return;
  }
  run_at(self->clock().now());
}

/// One that another took for stuck is of no use; and if that was not so meant, a restart helps.
void source_state::end_if_replaced() {
  if (held->is_lost())
    self->quit(caf::make_error(caf::sec::runtime_error, "another source has taken its place"));
}

/// Whether the next frame may be made now; otherwise it has been put off until it is due.
bool source_state::is_due() {
  auto& clock = held->place.clock;
  if (held->input().pace() == pcm_pace::device) {
    clock.reset();
    return true;
  }
  if (clock && self->clock().now() < clock->due()) {
    run_at(clock->due());
    return false;
  }
  const auto now = read_together([this] { return self->clock().now(); }, colleagues.unix_clock);
  if (!clock) clock.emplace(now);
  keep_time(*clock, now);
  return true;
}

/// Time goes on even where the source does not come along, and clocks are set.
void source_state::keep_time(media_clock& clock, const moment& now) {
  const auto patience = starved ? encoder->settings().format().frame_duration() : longest_delay;
  if (now.steady - clock.due() > patience) skip(clock.slip(now));
  if (const auto step = clock.follow(now))
    probe::tell(probe::event_kind::node, probe::event_level::warning, "clock",
                fmt::format("the system's clock was set by {:+.3f} s; timestamps follow it",
                            std::chrono::duration<double>{*step}.count()));
}

/// Time in which there was sound, and no frame was made of it.
void source_state::skip(std::chrono::nanoseconds left_out) {
  if (starved || unwanted) return;
  const auto frames = left_out / encoder->settings().format().frame_duration();
  held->write_down([=](stream_state& stream) {
    stream.counts.frames_skipped += static_cast<std::uint64_t>(frames);
  });
  probe::tell(probe::event_kind::node, probe::event_level::warning, "source",
              fmt::format("{} frames were left out: there was no time to make them", frames));
}

/// Whether there was sound for a frame; otherwise the source waits for it, or it is over.
bool source_state::produce() {
  const auto result = held->input().read(samples);
  return std::visit(overloaded{[this](const pcm_ready&) {
                                 emit();
                                 starved = false;
                                 return true;
                               },
                               [this](const pcm_wait_for& pause) {
                                 starved = true;
                                 run_at(self->clock().now() + pause.duration);
                                 return false;
                               },
                               [this](const pcm_wait_readable& wait) {
                                 starved = true;
                                 wait_readable(wait.descriptor);
                                 return false;
                               },
                               [this](const pcm_end& end) {
                                 if (end.samples > 0) emit();
                                 finish();
                                 return false;
                               }},
                    result);
}

/// When the frame in hand was captured. Time and sound go on even if the frame is then lost.
unix_time source_state::stamp() {
  const auto duration = encoder->settings().format().frame_duration();
  auto& place = held->place;
  place.in_sound += duration;
  if (!place.clock) return held->input().captured();
  const auto captured = place.clock->timestamp();
  place.clock->advance(duration);
  return captured;
}

void source_state::emit() {
  const auto captured = stamp();
  if (!is_wanted()) return;
  auto builder = pool.acquire();
  if (!builder) {
    leave_out_frame();
    return;
  }
  const auto began_unix = colleagues.unix_clock();
  const auto began = std::chrono::steady_clock::now();
  const auto size = encoder->encode(samples, builder->packet_space());
  const auto ended = std::chrono::steady_clock::now();
  const frame_info info{.sequence = held->place.next_sequence,
                        .captured = captured,
                        .encoded = ended,
                        .format = encoder->settings().format(),
                        .age_when_encoded = began_unix - captured + (ended - began),
                        .stream = held->place.stream};
  if (send(std::move(*builder).finish(size, info)))
    note_latencies(began_unix - captured, ended - began);
}

/// Whoever comes hears the very next frame, from an encoder that knows nothing of the time before.
bool source_state::is_wanted() {
  if (colleagues.always_encodes || colleagues.frames->is_wanted()) {
    if (std::exchange(unwanted, false)) encoder->reset();
    return true;
  }
  unwanted = true;
  colleagues.frames->pass_over(encoder->settings().format());
  held->write_down([](stream_state& stream) { ++stream.counts.frames_unwanted; });
  return false;
}

/// Its number is used up, so that whoever listens accounts for it.
void source_state::leave_out_frame() {
  held->write_down([this](stream_state& stream) {
    held->place.next_sequence = frame_sequence{to_number(held->place.next_sequence) + 1};
    if (std::has_single_bit(++stream.counts.frames_unencodable))
      probe::tell(
          probe::event_kind::node, probe::event_level::warning, "source",
          fmt::format(
              "no frame is free to encode into: {} are in use; {} frames were left out so far",
              frame_pool::default_limit, stream.counts.frames_unencodable));
  });
}

void source_state::note(const frame_info& frame) const {
  self->note_frame(probe::frame_step::captured, frame, frame.encoded - frame.age_when_encoded);
  self->note_frame(probe::frame_step::encoded, frame, frame.encoded);
}

/// Returns false when it was not to be sent: another source goes on in this one's place.
bool source_state::send(frame_ptr frame) {
  return held->write_down([&](stream_state& stream) {
    note(frame->info());
    colleagues.frames->post(std::move(frame), self->context());
    held->place.next_sequence = frame_sequence{to_number(held->place.next_sequence) + 1};
    ++stream.counts.frames_produced;
  });
}

/// A device counts for itself what it lost.
void source_state::note_device() {
  const auto device = held->input().counters();
  held->write_down([&](stream_state& stream) {
    stream.counts.xruns = device.xruns;
    stream.counts.device_losses = device.device_losses;
    stream.counts.device_returns = device.device_returns;
  });
}

source_report source_state::report() {
  note_device();
  return kept->report();
}

void source_state::note_latencies(std::chrono::nanoseconds capturing,
                                  std::chrono::nanoseconds encoding) {
  latencies.add(latency_stage::capture, capturing);
  latencies.add(latency_stage::encode, encoding);
  const auto now = self->clock().now();
  if (!latencies.full() && now - handed_over < hand_over_interval) return;
  handed_over = now;
  if (held->input().pace() == pcm_pace::device) note_device();
  hand_over_latencies();
}

void source_state::hand_over_latencies() {
  if (!latencies.empty()) self->send(colleagues.latency_monitor, latencies.take());
}

void source_state::wait_readable(int descriptor) {
  if (descriptor != watched_descriptor) {
    watch.reset();
    watch.emplace(*colleagues.poller, descriptor, self->ctrl());
    watched_descriptor = descriptor;
  }
  waiting = wait_kind::descriptor;
  watch->arm(runtime::interest::read);
}

void source_state::run_at(steady_time when) {
  waiting = wait_kind::clock;
  self->wake_at(when);
}

void source_state::finish() {
  hand_over_latencies();
  static_cast<void>(report());
  held->write_down([this](stream_state& stream) {
    self->anon_send(colleagues.listener, over_atom::value);
    stream.over = true;  // not before it was told for sure
  });
}

source_actor::behavior_type source(supervision::player_pointer<source_actor, source_state> self,
                                   std::shared_ptr<capture> kept, source_colleagues colleagues) {
  self->state.take_over(std::move(kept), std::move(colleagues));
  return {
      [self](const readiness&) {
        if (self->state.waiting == source_state::wait_kind::descriptor) self->state.run();
        return no_answer{};
      },
      [self](const codec_settings& settings) { return self->state.configure(settings); },
      [self](stop_atom) {
        self->state.kept->end();
        self->state.hand_over_latencies();
        return self->state.report();
      },
      [self](report_atom) { return self->state.report(); },
  };
}

}  // namespace troupe::media
