#include "actors/runtime/epoll_poller.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <caf/send.hpp>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "protocol/type_ids.hpp"

namespace troupe::runtime {
namespace {

constexpr std::uint64_t wake_up_token = 0;

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error{errno, std::generic_category(), what};
  return result;
}

std::uint32_t epoll_events(interest wanted) {
  switch (wanted) {
    case interest::hang_up:
      return 0;
    case interest::read:
      return EPOLLIN;
    case interest::write:
      return EPOLLOUT;
    case interest::read_or_write:
      return EPOLLIN | EPOLLOUT;
  }
  return 0;
}

}  // namespace

epoll_poller::epoll_poller()
    : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_up_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = wake_up_token}};
  checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_up_.get(), &event), "epoll_ctl");
  thread_ = std::thread{[this] { run(); }};
}

epoll_poller::~epoll_poller() {
  ::eventfd_write(wake_up_.get(), 1);
  thread_.join();
}

poller::token epoll_poller::add(int descriptor, const caf::strong_actor_ptr& subscriber) {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock{mutex_};
    number = next_token_++;
    subscribers_.emplace(number, caf::actor_cast<caf::weak_actor_ptr>(subscriber));
  }
  epoll_event event{.events = EPOLLONESHOT, .data = {.u64 = number}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) < 0) {
    const auto error = errno;
    const std::lock_guard lock{mutex_};
    subscribers_.erase(number);
    throw std::system_error{error, std::generic_category(), "epoll_ctl"};
  }
  return token{number};
}

void epoll_poller::arm(int descriptor, token registration, interest wanted) {
  epoll_event event{.events = epoll_events(wanted) | EPOLLONESHOT,
                    .data = {.u64 = static_cast<std::uint64_t>(registration)}};
  checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, descriptor, &event), "epoll_ctl");
}

void epoll_poller::remove(int descriptor, token registration) noexcept {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
  const std::lock_guard lock{mutex_};
  subscribers_.erase(static_cast<std::uint64_t>(registration));
}

void epoll_poller::run() {
  std::array<epoll_event, 64> events{};
  for (;;) {
    const int count =
        ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const auto& event = events.at(static_cast<std::size_t>(i));
      if (event.data.u64 == wake_up_token) return;
      tell(token{event.data.u64}, event.events);
    }
  }
}

caf::strong_actor_ptr epoll_poller::subscriber_of(token registration) {
  const std::lock_guard lock{mutex_};
  const auto found = subscribers_.find(static_cast<std::uint64_t>(registration));
  return found == subscribers_.end() ? nullptr
                                     : caf::actor_cast<caf::strong_actor_ptr>(found->second);
}

void epoll_poller::tell(token registration, std::uint32_t events) {
  const auto subscriber = subscriber_of(registration);
  if (!subscriber) return;
  const readiness news{.readable = (events & EPOLLIN) != 0,
                       .writable = (events & EPOLLOUT) != 0,
                       .hung_up = (events & (EPOLLHUP | EPOLLERR)) != 0};
  caf::anon_send(caf::actor_cast<caf::actor>(subscriber), news);
}

}  // namespace troupe::runtime
