#include "actors/delivery/frame_processor.hpp"

#include <bit>
#include <utility>

#include <opus.h>
#include <spdlog/spdlog.h>

namespace troupe::delivery {

namespace {

/// The connections get their turn after a wake-up, which may come right after the start: so many
/// frames find room with each of them.
constexpr std::size_t frames_in_a_row = frame_inbox::capacity / 2;

}  // namespace

bool is_valid(const frame& candidate) {
  const auto packet = candidate.packet();
  const auto& format = candidate.info().format;
  if (packet.empty() || packet.size() > wire::max_payload_size) return false;
  const int samples = opus_packet_get_nb_samples(
      reinterpret_cast<const unsigned char*>(packet.data()), static_cast<opus_int32>(packet.size()),
      static_cast<opus_int32>(format.sample_rate_hz));
  return samples > 0 && static_cast<std::uint32_t>(samples) == format.frame_size;
}

void frame_processor_state::begin(std::shared_ptr<frame_audience> its_audience) {
  audience = std::move(its_audience);
  taker = audience->backlog().begin_taking(caf::strong_actor_ptr{self->ctrl()});
  self->set_wake_up_handler([this] { process_backlog(); });
  process_backlog();
}

void frame_processor_state::process_backlog() {
  const bool has_more = audience->backlog().take_some(
      taker, frames_in_a_row, [this](const frame_ptr& frame) { process(frame); });
  if (has_more) self->wake(self->context());
}

void frame_processor_state::process(const frame_ptr& frame) {
  if (!is_valid(*frame)) {
    const auto count = audience->refuse();
    if (std::has_single_bit(count))  // a fault that stays does not fill the log
      spdlog::warn("refused a frame that is not a valid Opus packet ({} so far)", count);
    return;
  }
  self->note_frame(probe::frame_step::processed, frame->info());
  audience->hand_out(frame, self->context());
}

/// It leaves by itself when it ends, whoever processes frames then.
void frame_processor_state::join(const connection_actor& connection, frame_inbox_ptr inbox) {
  self->send(connection, audience->format());
  if (!audience->join(connection, std::move(inbox))) return;
  try {
    connection->attach_functor(
        [audience = audience, id = connection.id()] { audience->leave(id); });
  } catch (...) {
    audience->leave(connection.id());  // nobody else would have it leave
    throw;
  }
}

/// Of all frames that were posted before it was asked.
caf::result<processor_report> frame_processor_state::report() {
  if (audience->backlog().empty()) return audience->report();
  return self->delegate(frame_processor_actor{self}, report_atom::value);
}

frame_processor_actor::behavior_type frame_processor(
    supervision::player_pointer<frame_processor_actor, frame_processor_state> self,
    std::shared_ptr<frame_audience> audience) {
  self->state.begin(std::move(audience));
  return {
      [self](caf::join_atom, const connection_actor& connection, frame_inbox_ptr& inbox) {
        self->state.join(connection, std::move(inbox));
      },
      [self](report_atom) { return self->state.report(); },
  };
}

}  // namespace troupe::delivery
