#include "apps/topology/running/passage.hpp"

#include <algorithm>

namespace troupe::topology {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t most_waiting = std::size_t{256} * 1024;
constexpr std::chrono::milliseconds longest_queue{200};
constexpr int most_timeouts = 8;

nanoseconds time_to_send(std::size_t bytes, const link_quality& quality) {
  if (quality.bits_per_second == 0) return {};
  const auto seconds =
      static_cast<double>(bytes) * 8 / static_cast<double>(quality.bits_per_second);
  return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>{seconds});
}

/// The packet behind tells TCP early that one is missing. When what is sent again gets lost as
/// well, only time tells, each time twice as much.
nanoseconds time_to_resend(const link_quality& quality, std::mt19937_64& dice) {
  std::bernoulli_distribution is_lost{std::clamp(quality.loss, 0.0, 1.0)};
  if (quality.loss <= 0 || !is_lost(dice)) return {};
  const auto round_trip = 2 * quality.delay;
  auto time = passage::time_to_next_packet + round_trip;
  auto timeout = passage::retransmission_timeout + round_trip;
  for (int tries = 0; tries < most_timeouts && is_lost(dice); ++tries, timeout *= 2)
    time += timeout;
  return time;
}

std::size_t capacity(const link_quality& quality) {
  if (quality.bits_per_second == 0) return most_waiting;
  const std::chrono::duration<double> stay = longest_queue + quality.delay;
  const auto bytes = static_cast<double>(quality.bits_per_second) / 8 * stay.count();
  return static_cast<std::size_t>(
      std::clamp(bytes, 2.0 * passage::packet_size, static_cast<double>(most_waiting)));
}

}  // namespace

std::size_t passage::room(const link_quality& quality) const {
  return capacity(quality) - std::min(capacity(quality), waiting_);
}

void passage::put(std::span<const std::byte> bytes, const link_quality& quality,
                  std::mt19937_64& dice, steady_time now) {
  sent_ = std::max(sent_, now) + time_to_send(bytes.size(), quality);
  sent_ += time_to_resend(quality, dice);
  last_due_ = std::max(last_due_, sent_ + quality.delay);
  packets_.push_back({{bytes.begin(), bytes.end()}, last_due_});
  waiting_ += bytes.size();
}

std::optional<steady_time> passage::due() const {
  if (packets_.empty()) return std::nullopt;
  return packets_.front().due;
}

std::span<const std::byte> passage::ready(steady_time now) const {
  if (packets_.empty() || packets_.front().due > now) return {};
  return std::span{packets_.front().bytes}.subspan(taken_);
}

void passage::take(std::size_t count) {
  taken_ += count;
  waiting_ -= count;
  if (taken_ < packets_.front().bytes.size()) return;
  packets_.pop_front();
  taken_ = 0;
}

}  // namespace troupe::topology
