#include "apps/topology/running/passage.hpp"

#include <algorithm>

namespace troupe::topology {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t most_waiting = std::size_t{256} * 1024;
constexpr std::chrono::milliseconds longest_queue{200};

nanoseconds time_to_send(std::size_t bytes, const link_quality& quality) {
  if (quality.bits_per_second == 0) return {};
  const auto seconds =
      static_cast<double>(bytes) * 8 / static_cast<double>(quality.bits_per_second);
  return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>{seconds});
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
  if (quality.loss > 0 && std::bernoulli_distribution{std::min(quality.loss, 1.0)}(dice))
    sent_ += retransmission_timeout;
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
