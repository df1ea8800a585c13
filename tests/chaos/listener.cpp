#include "tests/chaos/listener.hpp"

#include <functional>
#include <string_view>
#include <utility>

#include <opus.h>

#include "tests/chaos/frame_duration.hpp"

namespace troupe::chaos {
namespace {

/// What is wrong with a message to a client that has said nothing; empty when it is as it must be.
/// (The client's own reading has checked the header.)
std::string complaint_about(const test::wire_message& message) {
  if (message.type != test::wire_type::opus_frame)
    return "a message of type " + std::to_string(message.type) + " though it had said nothing";
  constexpr int samples_per_frame = opus_rate_hz / 1000 * frame_duration.count();
  const int samples = ::opus_packet_get_nb_samples(
      message.payload.data(), static_cast<opus_int32>(message.payload.size()), opus_rate_hz);
  if (samples == samples_per_frame) return {};
  return "a packet of " + std::to_string(message.payload.size()) +
         " bytes that libopus does not take for 20 ms but for " + std::to_string(samples) +
         " samples";
}

std::size_t hash_of(const test::octets& packet) {
  return std::hash<std::string_view>{}(
      {reinterpret_cast<const char*>(packet.data()), packet.size()});
}

}  // namespace

listener::listener(front_door& door) : door_(door) {
  record_.absences.push_back({.from = std::chrono::steady_clock::now()});
  thread_ = std::jthread{[this](const std::stop_token& abandoned) { listen(abandoned); }};
}

bool listener::is_back() const {
  const std::lock_guard lock{mutex_};
  return record_.absences.back().until.has_value();
}

std::optional<std::uint64_t> listener::expect(const fault& what) {
  const std::lock_guard lock{mutex_};
  if (!record_.absences.back().until) return std::nullopt;
  const auto now = std::chrono::steady_clock::now();
  record_.absences.push_back({.from = now,
                              .connection = connection(),
                              .needs_new_connection = what.ends_connection(),
                              .hangs_until = now + what.hang_duration});
  return connection();
}

listener_record listener::take_record() {
  thread_.join();
  return std::move(record_);
}

void listener::listen(const std::stop_token& abandoned) {
  while (hear_connection(abandoned) && !abandoned.stop_requested()) {
  }
}

/// Returns whether it is to connect again afterwards.
bool listener::hear_connection(const std::stop_token& abandoned) {
  try {
    auto entered = door_.enter();
    begin_connection(entered.number);
    for (auto message = std::move(entered.first); message;
         message = entered.client.read_message()) {
      take(*message);
      if (abandoned.stop_requested()) return false;
    }
    return comes_back_after_end();
  } catch (const test::wire_failure& failure) {
    note_trouble(failure.what());
  }
  return !node_ends_ && record_.troubles.size() < most_troubles;
}

void listener::begin_connection(std::uint64_t number) {
  const std::lock_guard lock{mutex_};
  record_.connections.push_back({.number = number});
}

void listener::take(const test::wire_message& message) {
  const auto arrival = std::chrono::steady_clock::now();
  const auto complaint = complaint_about(message);
  if (!complaint.empty()) throw test::wire_failure{complaint};
  const std::lock_guard lock{mutex_};
  record_.connections.back().frames.push_back(
      {.timestamp = std::chrono::nanoseconds{message.timestamp},
       .arrival = arrival,
       .packet_hash = hash_of(message.payload)});
  ++frames_heard_;
  auto& absent = record_.absences.back();
  if (absent.until) return;
  const bool is_over = absent.needs_new_connection ? connection() != absent.connection
                                                   : arrival >= absent.hangs_until;
  if (is_over) absent.until = arrival;
}

bool listener::comes_back_after_end() {
  {
    const std::lock_guard lock{mutex_};
    record_.connections.back().read_to_end = true;
    const auto& absent = record_.absences.back();
    const bool was_hit =
        !absent.until && absent.needs_new_connection && absent.connection == connection();
    if (was_hit) return true;
  }
  if (node_ends_) return false;
  note_trouble("its connection was closed though no fault had hit it");
  return record_.troubles.size() < most_troubles;
}

void listener::note_trouble(const std::string& what) {
  const std::lock_guard lock{mutex_};
  const auto now = std::chrono::steady_clock::now();
  record_.troubles.push_back({.when = now, .connection = connection(), .what = what});
  auto& absent = record_.absences.back();
  if (absent.until) {
    record_.absences.push_back({.from = now, .connection = connection()});
  } else {
    absent.connection = connection();
    absent.needs_new_connection = true;
  }
}

/// The number of the connection it has, or had last.
std::uint64_t listener::connection() const {
  return record_.connections.empty() ? 0 : record_.connections.back().number;
}

}  // namespace troupe::chaos
