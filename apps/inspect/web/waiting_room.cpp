#include "apps/inspect/web/waiting_room.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/eventfd.h>
#include <sys/socket.h>

namespace troupe::inspecting::web {
namespace {

using namespace std::chrono_literals;

/// For whoever was answered to close its end.
constexpr auto farewell = 1s;
/// Where no more descriptors are to be had, some come back by and by.
constexpr auto pause_without_descriptors = 100ms;
constexpr std::string_view end_of_head = "\r\n\r\n";

std::chrono::milliseconds until(steady_time time) {
  const auto left = time - std::chrono::steady_clock::now();
  return std::max(0ms, std::chrono::ceil<std::chrono::milliseconds>(left));
}

}  // namespace

waiting_room::waiting_room(std::vector<descriptor> listeners, serve_function serve)
    : listeners_(std::move(listeners)),
      serve_(std::move(serve)),
      called_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!called_) throw std::system_error{errno, std::generic_category(), "eventfd"};
  thread_ = std::thread{[this] { run(); }};
}

waiting_room::~waiting_room() {
  {
    const std::lock_guard lock{mutex_};
    is_ending_ = true;
  }
  ::eventfd_write(called_.get(), 1);
  thread_.join();
}

void waiting_room::see_off(descriptor connection) {
  {
    const std::lock_guard lock{mutex_};
    served_.push_back(std::move(connection));
  }
  ::eventfd_write(called_.get(), 1);
}

void waiting_room::run() {
  for (;;) {
    auto looked_at = watched();
    wait(looked_at);
    // First of all: a call that comes from now on is for the next round.
    eventfd_t calls = 0;
    ::eventfd_read(called_.get(), &calls);
    {
      const std::lock_guard lock{mutex_};
      if (is_ending_) return;
    }
    auto looked = looked_at.begin() + 1;
    for (auto& each : guests_)
      if ((looked++)->revents != 0) {
        if (each.is_here == purpose::to_leave) {
          drain(each);
        } else {
          hear_out(each);
        }
      }
    for (; looked != looked_at.end(); ++looked)
      if (looked->revents != 0) take_in(looked->fd);
    take_back_served();
    send_away_overdue();
  }
}

std::vector<pollfd> waiting_room::watched() const {
  std::vector<pollfd> result{{called_.get(), POLLIN, 0}};
  result.reserve(1 + guests_.size() + listeners_.size());
  for (const auto& each : guests_) result.push_back({each.connection.get(), POLLIN, 0});
  if (std::chrono::steady_clock::now() >= no_accept_until_)
    for (const auto& each : listeners_) result.push_back({each.get(), POLLIN, 0});
  return result;
}

void waiting_room::wait(std::vector<pollfd>& watched) const {
  auto longest = -1ms;
  const auto end_by = [&](steady_time time) {
    if (longest < 0ms || until(time) < longest) longest = until(time);
  };
  for (const auto& each : guests_) end_by(each.deadline);
  if (watched.size() == 1 + guests_.size()) end_by(no_accept_until_);
  if (::poll(watched.data(), watched.size(), static_cast<int>(longest.count())) < 0)
    for (auto& each : watched) each.revents = 0;
}

void waiting_room::take_in(int listener) {
  for (;;) {
    descriptor connection{::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (!connection) {
      if (errno == ECONNABORTED || errno == EINTR) continue;
      if (errno != EAGAIN)
        no_accept_until_ = std::chrono::steady_clock::now() + pause_without_descriptors;
      return;
    }
    make_room();
    guests_.push_back({.connection = std::move(connection),
                       .is_here = purpose::to_be_served,
                       .deadline = std::chrono::steady_clock::now() + longest_wait,
                       .received = {},
                       .is_done = false});
  }
}

void waiting_room::make_room() {
  if (guests_.size() >= most_guests) guests_.pop_front();
}

/// Serves the guest once its head is there.
void waiting_room::hear_out(guest& heard) {
  std::array<char, 4096> buffer;
  for (;;) {
    const auto size = ::recv(heard.connection.get(), buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EAGAIN) return;
    heard.is_done = true;
    if (size <= 0) return;
    // What ended with the bytes before may end with these.
    const auto looked = heard.received.size() - std::min<std::size_t>(heard.received.size(), 3);
    heard.received.append(buffer.data(), static_cast<std::size_t>(size));
    if (heard.received.find(end_of_head, looked) != std::string::npos) {
      serve_(std::move(heard.connection), std::move(heard.received));
      return;
    }
    if (heard.received.size() > longest_head) return;
    heard.is_done = false;
  }
}

void waiting_room::drain(guest& leaving) {
  std::array<char, 4096> buffer;
  ssize_t size = 0;
  do size = ::recv(leaving.connection.get(), buffer.data(), buffer.size(), 0);
  while (size > 0);
  leaving.is_done = size == 0 || errno != EAGAIN;
}

void waiting_room::take_back_served() {
  std::vector<descriptor> served;
  {
    const std::lock_guard lock{mutex_};
    served.swap(served_);
  }
  for (auto& each : served) {
    make_room();
    guests_.push_back({.connection = std::move(each),
                       .is_here = purpose::to_leave,
                       .deadline = std::chrono::steady_clock::now() + farewell,
                       .received = {},
                       .is_done = false});
  }
}

void waiting_room::send_away_overdue() {
  const auto now = std::chrono::steady_clock::now();
  guests_.remove_if([&](const guest& each) { return each.is_done || each.deadline <= now; });
}

}  // namespace troupe::inspecting::web
