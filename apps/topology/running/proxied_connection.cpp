#include "apps/topology/running/proxied_connection.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/socket.h>

namespace troupe::topology {
namespace {

/// An end that broke is told in any case; one that is closed both ways would be, over and over.
pollfd waiting_for(const descriptor& socket, bool is_closed, bool input, bool output) {
  const auto events = static_cast<short>((input ? POLLIN : 0) | (output ? POLLOUT : 0));
  return {.fd = is_closed ? -1 : socket.get(), .events = events, .revents = 0};
}

bool is_broken(const descriptor& socket) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error != 0;
}

bool is_writable(const descriptor& socket) {
  pollfd writable{.fd = socket.get(), .events = POLLOUT, .revents = 0};
  return ::poll(&writable, 1, 0) > 0;
}

bool must_wait() { return errno == EAGAIN || errno == EINTR; }

/// The other end is to see that the connection broke, not that it ended in good order.
void reset(descriptor& socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket.reset();
}

}  // namespace

proxied_connection::proxied_connection(descriptor near, descriptor far)
    : near_(std::move(near)), far_(std::move(far)) {}

std::array<pollfd, 2> proxied_connection::interest(const link_quality& quality,
                                                   steady_time now) const {
  const auto reads = [&](const direction& way) {
    return !is_connecting_ && !way.has_ended && way.bytes.room(quality) > 0;
  };
  const auto writes = [&](const direction& way) { return !way.bytes.ready(now).empty(); };
  return {waiting_for(near_, up_.has_ended && down_.is_passed_on, reads(up_), writes(down_)),
          waiting_for(far_, down_.has_ended && up_.is_passed_on, reads(down_),
                      is_connecting_ || writes(up_))};
}

std::optional<steady_time> proxied_connection::due() const {
  const auto up = up_.bytes.due();
  const auto down = down_.bytes.due();
  return up && down ? std::min(up, down) : (up ? up : down);
}

void proxied_connection::serve(const link_quality& quality, std::mt19937_64& dice,
                               steady_time now) {
  if (is_broken(near_) || is_broken(far_)) return break_off();
  is_connecting_ = is_connecting_ && !is_writable(far_);
  if (is_connecting_) return;
  read(near_.get(), up_, quality, dice, now);
  read(far_.get(), down_, quality, dice, now);
  write(far_.get(), up_, now);
  write(near_.get(), down_, now);
  if (is_broken_) break_off();
}

bool proxied_connection::is_over() const {
  return is_broken_ || (up_.is_passed_on && down_.is_passed_on);
}

void proxied_connection::read(int from, direction& way, const link_quality& quality,
                              std::mt19937_64& dice, steady_time now) {
  std::array<std::byte, passage::packet_size> packet;
  while (!way.has_ended && way.bytes.room(quality) > 0) {
    const auto most = std::min(packet.size(), way.bytes.room(quality));
    const auto count = ::recv(from, packet.data(), most, 0);
    if (count < 0 && must_wait()) return;
    way.has_ended = count <= 0;
    is_broken_ = is_broken_ || count < 0;
    if (count > 0)
      way.bytes.put(std::span{packet}.first(static_cast<std::size_t>(count)), quality, dice, now);
  }
}

void proxied_connection::write(int to, direction& way, steady_time now) {
  for (auto bytes = way.bytes.ready(now); !bytes.empty(); bytes = way.bytes.ready(now)) {
    const auto count = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && must_wait()) return;
    if (count < 0) {
      is_broken_ = true;
      return;
    }
    way.bytes.take(static_cast<std::size_t>(count));
  }
  if (way.is_passed_on || !way.has_ended || !way.bytes.empty()) return;
  ::shutdown(to, SHUT_WR);
  way.is_passed_on = true;
}

void proxied_connection::break_off() {
  is_broken_ = true;
  reset(near_);
  reset(far_);
}

}  // namespace troupe::topology
