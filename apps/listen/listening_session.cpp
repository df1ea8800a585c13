#include "apps/listen/listening_session.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <utility>

#include <poll.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "apps/listen/link_client.hpp"
#include "apps/listen/socket_client.hpp"

namespace troupe::listening {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// Keeps differences of two times within 64 bits.
constexpr unix_time earliest_time{};
constexpr unix_time latest_time{nanoseconds{std::int64_t{1} << 62}};

timespec to_timespec(nanoseconds time) {
  const auto positive = std::max(time, nanoseconds{0});
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(positive);
  return {.tv_sec = whole.count(), .tv_nsec = (positive - whole).count()};
}

std::unique_ptr<node_client> make_client(const listen_options& options, node_observer& observer) {
  if (is_link_source(options.node))
    return std::make_unique<link_client>(parse_link_source(options.node),
                                         options.tls ? network::open_tls(*options.tls) : nullptr,
                                         observer);
  return std::make_unique<socket_client>(
      socket_client_settings{.path = options.node, .talks = !options.silent}, observer);
}

}  // namespace

listening_session::listening_session(const listen_options& options, const ending_signals& signals)
    : options_(options),
      signals_(signals),
      playout_(media::open_sound_output(options.output), !options.silent),
      gaps_([this](const arrived_frame& frame, const gap& before) {
        write_down(frame, before);
        if (!long_enough()) playout_.play(frame, before);
      }),
      client_(make_client(options, *this)),
      started_(std::chrono::steady_clock::now()),
      frame_duration_(stream_format{}.frame_duration()) {
  if (options.meter) meter_.emplace(STDERR_FILENO);
  if (options.time_line) time_line_.emplace(*options.time_line);
  if (options.duration) end_ = started_ + *options.duration;
}

void listening_session::run() {
  auto now = started_;
  do {
    wait();
    now = std::chrono::steady_clock::now();
    client_->advance(now);
    if (meter_ && now >= meter_->due()) show_meter(now);
    if (time_line_) time_line_->look(unix_now());
  } while (!should_end(now));
  if (meter_) meter_->finish();
  gaps_.release();
  if (time_line_) time_line_->finish();
  playout_.finish();
}

bool listening_session::long_enough() const {
  return options_.duration && playout_.length() >= *options_.duration;
}

bool listening_session::should_end(steady_time now) {
  if (const int signal = signals_.take(); signal != 0) {
    spdlog::debug("ended by {}", ::strsignal(signal));
    return true;
  }
  const bool stopped = client_->counters().stops > 0 && !options_.follow;
  const bool over = long_enough() || (end_ && now >= *end_);
  if (over && !client_->reached()) throw client_->refusal();
  return stopped || over || !playout_.open();
}

steady_time listening_session::next_deadline() const {
  auto deadline = client_->deadline();
  if (meter_) deadline = std::min(deadline, meter_->due());
  if (end_) deadline = std::min(deadline, *end_);
  if (const auto due = time_line_ ? time_line_->due() : std::nullopt)
    deadline = std::min(deadline, std::chrono::steady_clock::now() + (*due - unix_now()) + 1ms);
  return deadline;
}

void listening_session::wait() {
  std::array<pollfd, 2> waiting{
      client_->interest(),
      pollfd{.fd = signals_.wait_descriptor(), .events = POLLIN, .revents = 0}};
  const auto timeout = to_timespec(next_deadline() - std::chrono::steady_clock::now());
  // Whatever it answers, even that it was interrupted, is looked at by reading.
  ::ppoll(waiting.data(), waiting.size(), &timeout, nullptr);
}

nanoseconds listening_session::duration_of(std::span<const std::byte> packet) {
  // A packet that cannot be read is held to be as long as the one before.
  if (const auto samples = media::opus_decoder::samples_in(packet))
    frame_duration_ =
        nanoseconds{std::int64_t{*samples} * 1'000'000'000 / media::opus_decoder::sample_rate_hz};
  return frame_duration_;
}

void listening_session::on_packet(const received_packet& packet) {
  if (long_enough()) return;
  if (frames_ == 0 && options_.duration) end_ = packet.received_steady + *options_.duration;
  ++frames_;
  opus_bytes_ += packet.bytes.size();
  record_latency(packet);
  gaps_.arrive({.packet = packet.bytes,
                .captured = std::clamp(packet.timestamp, earliest_time, latest_time),
                .duration = duration_of(packet.bytes),
                .received = packet.received_steady});
}

void listening_session::write_down(const arrived_frame& frame, const gap& before) {
  if (!time_line_) return;
  const auto age = std::chrono::steady_clock::now() - frame.received;
  time_line_->add(unix_now() - age, frame.duration, before.frames);
}

void listening_session::record_latency(const received_packet& packet) {
  const auto latency = packet.received - std::clamp(packet.timestamp, earliest_time, latest_time);
  if (latency < 0ns) ++frames_from_future_;
  latency_.record(latency);
  worst_recent_latency_ = std::max(worst_recent_latency_, latency);
}

void listening_session::on_format(const stream_format& format) {
  spdlog::info("the stream has {} Hz, {} channel(s), frames of {} ms", format.sample_rate_hz,
               format.channels,
               std::chrono::duration<double, std::milli>(format.frame_duration()).count());
  playout_.set_format(format);
}

void listening_session::on_lost() { gaps_.release(); }

void listening_session::show_meter(steady_time now) {
  meter_->show({.level = playout_.take_recent_level(),
                .heard = playout_.length(),
                .latency = std::exchange(worst_recent_latency_, 0ns),
                .opus_bytes = opus_bytes_,
                .frames = frames_,
                .missing_frames = playout_.counters().missing_frames,
                .reconnects = client_->counters().reconnects,
                .connected = client_->connected()},
               now);
}

report listening_session::summary() const {
  return {.socket = options_.node,
          .output = playout_.output().description(),
          .frames = frames_,
          .missing_frames = playout_.counters().missing_frames,
          .bytes = client_->counters().bytes,
          .opus_bytes = opus_bytes_,
          .duration = playout_.length(),
          .elapsed = std::chrono::steady_clock::now() - started_,
          .latency = latency_,
          .frames_from_future = frames_from_future_,
          .reconnects = client_->counters().reconnects,
          .stops = client_->counters().stops,
          .decode_errors = playout_.counters().decode_errors,
          .protocol_errors = client_->counters().protocol_errors,
          .samples_dropped = playout_.output().samples_dropped(),
          .peak_dbfs = playout_.level().peak_dbfs(),
          .rms_dbfs = playout_.level().rms_dbfs(),
          .format = playout_.format(),
          .link = client_->link()};
}

}  // namespace troupe::listening
