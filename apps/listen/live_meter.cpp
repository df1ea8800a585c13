#include "apps/listen/live_meter.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "apps/common/terminal.hpp"

namespace troupe::listening {
namespace {

using namespace std::chrono_literals;

constexpr auto period_on_terminal = 100ms;
constexpr auto period_elsewhere = 1s;
constexpr auto rate_period = 1s;
/// In less time than this, one frame more or less would make the rate jump.
constexpr auto least_rate_period = 200ms;
constexpr int bar_width = 20;

/// A meter that cannot be shown is no reason to stop listening: a terminal may be held, a pipe
/// full.
void put(int descriptor, const std::string& text) {
  pollfd target{.fd = descriptor, .events = POLLOUT, .revents = 0};
  if (::poll(&target, 1, 0) != 1 || (target.revents & POLLOUT) == 0) return;
  if (::write(descriptor, text.data(), text.size()) < 0) return;
}

}  // namespace

live_meter::live_meter(int descriptor)
    : descriptor_(descriptor),
      on_terminal_(is_terminal(descriptor)),
      due_(std::chrono::steady_clock::now() +
           (on_terminal_ ? std::chrono::milliseconds{0} : period_elsewhere)),
      older_{std::chrono::steady_clock::now(), 0},
      newer_(older_) {}

void live_meter::show(const meter_reading& reading, steady_time now) {
  auto line = line_for(reading, now);
  if (on_terminal_) {
    line.resize(std::min(line.size(), terminal_width(descriptor_) - 1));
    put(descriptor_, "\r" + line + "\x1b[K");
    drawn_ = true;
  } else {
    put(descriptor_, line + "\n");
  }
  due_ = now + (on_terminal_ ? period_on_terminal : period_elsewhere);
}

void live_meter::finish() {
  if (drawn_) put(descriptor_, "\n");
  drawn_ = false;
}

double live_meter::kilobits_per_second(const meter_reading& reading, steady_time now) {
  if (now - newer_.time >= rate_period)
    older_ = std::exchange(newer_, rate_mark{now, reading.opus_bytes});
  if (now - older_.time < least_rate_period) return 0;
  const auto bits = static_cast<double>(reading.opus_bytes - older_.bytes) * 8;
  return bits / 1000 / std::chrono::duration<double>(now - older_.time).count();
}

std::string live_meter::line_for(const meter_reading& reading, steady_time now) {
  const auto peak = reading.level.peak_dbfs();
  return fmt::format(
      "[{}] {:6.1f} dB {:6.1f} kbit/s {:8.1f} s {:7.2f} ms  missing {}  reconnects {}{}",
      level_bar(peak, bar_width), peak, kilobits_per_second(reading, now),
      std::chrono::duration<double>(reading.heard).count(),
      std::chrono::duration<double, std::milli>(reading.latency).count(), reading.missing_frames,
      reading.reconnects, reading.connected ? "" : "  (waiting for the node)");
}

}  // namespace troupe::listening
