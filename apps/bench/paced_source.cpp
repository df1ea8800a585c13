#include "apps/bench/paced_source.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace troupe::bench {

void paced_source_state::begin(paced_source_task its_task,
                               media::source_colleagues its_colleagues) {
  task = std::move(its_task);
  colleagues = std::move(its_colleagues);
  if (task.plan.period.count() > 0) {
    frames.emplace(task.plan.packet_bytes);
  } else {
    frames.emplace(task.plan.packet_bytes, window_in_node);
  }
  self->set_wake_up_handler([this] { run(); });
  self->wake(self->context());
}

void paced_source_state::run() {
  if (now_in == phase::gathering) {
    await_clients();
  } else if (now_in == phase::sending && task.plan.period.count() > 0) {
    send_due();
  } else if (now_in == phase::sending) {
    send_what_fits();
  }
}

void paced_source_state::await_clients() {
  if (task.clients_there() < task.plan.clients()) {
    self->wake_at(self->clock().now() + look_interval);
    return;
  }
  now_in = phase::sending;
  task.account->began = process_cost::now();
  last_moved = self->clock().now();
  due = last_moved + task.plan.period;
  self->wake_at(due);
}

void paced_source_state::send_due() {
  due += task.plan.period;
  const bool is_last = sent + 1 == task.plan.frames;
  if (!is_last) self->wake_at(due);  // before the frame's time is taken
  send(frames->next());
  if (is_last) finish();
}

void paced_source_state::send_what_fits() {
  const auto now = self->clock().now();
  if (send_burst()) last_moved = now;
  const bool all_read = task.frames_read() >= task.plan.frames;
  if (all_read || now - last_moved > patience) {
    finish();
    return;
  }
  // The reader may have no core but this.
  if (window_is_full()) std::this_thread::yield();
  self->wake(self->context());
}

/// Whether anything could be sent.
bool paced_source_state::send_burst() {
  const auto before = sent;
  const auto last = std::min({sent + burst, task.plan.frames, task.frames_read() + window});
  while (sent < last) {
    auto frame = frames->next_if_free();
    if (!frame) break;
    send(std::move(frame));
  }
  return sent > before;
}

bool paced_source_state::window_is_full() const {
  return sent == task.plan.frames || sent >= task.frames_read() + window;
}

void paced_source_state::send(frame_ptr frame) {
  colleagues.frames->post(std::move(frame), self->context());
  ++sent;
}

void paced_source_state::finish() {
  now_in = phase::over;
  task.account->ended = process_cost::now();
  self->anon_send(colleagues.listener, over_atom::value);
}

source_report paced_source_state::report() const { return {.frames_produced = sent}; }

source_actor::behavior_type paced_source(
    supervision::player_pointer<source_actor, paced_source_state> self, paced_source_task task,
    media::source_colleagues colleagues) {
  self->state.begin(std::move(task), std::move(colleagues));
  return {
      [](const readiness&) {},
      [](const codec_settings&) {},
      [self](stop_atom) {
        self->state.now_in = paced_source_state::phase::over;
        return self->state.report();
      },
      [self](report_atom) { return self->state.report(); },
  };
}

}  // namespace troupe::bench
