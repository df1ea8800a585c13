#include "actors/telemetry/adaptation_records.hpp"

namespace troupe::telemetry {

std::optional<adaptation_event> adaptation_records::look(const adaptation_reading& reading,
                                                         steady_time now) {
  const std::lock_guard lock{mutex_};
  system_ = reading.system;
  const auto before = controller_.tuning();
  const auto decision = controller_.look(reading, now);
  if (!decision) return std::nullopt;
  const adaptation_event event{.when = unix_now(),
                               .applied = mode_ == adaptation_mode::on,
                               .from = decision->from,
                               .to = decision->to,
                               .reason = decision->reason,
                               .cause = decision->cause,
                               .reading = decision->reading,
                               .threshold = decision->threshold,
                               .before = before,
                               .after = controller_.tuning()};
  ++changes_;
  events_.push_back(event);
  if (events_.size() > remembered_events) events_.pop_front();
  return event;
}

void adaptation_records::set_paused(bool is_paused) {
  const bool was = is_paused_.exchange(is_paused);
  if (was && !is_paused) forget_calm();
}

void adaptation_records::forget_calm() {
  const std::lock_guard lock{mutex_};
  controller_.forget_calm();
}

void adaptation_records::ask_for(const codec_settings& codec) {
  const std::lock_guard lock{mutex_};
  auto asked_for = controller_.asked_for();
  asked_for.codec = codec;
  controller_.ask_for(asked_for);
}

stream_tuning adaptation_records::set_now() const {
  return mode_ == adaptation_mode::on ? controller_.tuning() : controller_.asked_for();
}

stream_tuning adaptation_records::tuning() const {
  const std::lock_guard lock{mutex_};
  return set_now();
}

adaptation_level adaptation_records::level() const {
  const std::lock_guard lock{mutex_};
  return controller_.level();
}

adaptation_report adaptation_records::report() const {
  const std::lock_guard lock{mutex_};
  return {.mode = mode_,
          .level = controller_.level(),
          .asked_for = controller_.asked_for(),
          .set = set_now(),
          .system = system_,
          .changes = changes_,
          .events = {events_.begin(), events_.end()}};
}

}  // namespace troupe::telemetry
