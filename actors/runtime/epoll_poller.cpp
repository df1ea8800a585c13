#include "actors/runtime/epoll_poller.hpp"

#include <cerrno>
#include <chrono>
#include <new>
#include <system_error>
#include <thread>

#include <caf/send.hpp>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "protocol/type_ids.hpp"

namespace troupe::runtime {
namespace {

/// Of descriptors that only end a wait.
constexpr std::uint64_t own_token = 0;
constexpr std::chrono::milliseconds pause_without_memory{10};

constexpr std::uint64_t to_number(poller::token registration) {
  return static_cast<std::uint64_t>(registration);
}

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
  add_own(wake_up_.get());
  add_own(alarm_.descriptor());
}

/// Edge-triggered: it ends one wait each time that it rings, and need not be read.
void epoll_poller::add_own(int descriptor) {
  epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.u64 = own_token}};
  checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
}

poller::token epoll_poller::add(int descriptor, const caf::strong_actor_ptr& subscriber) {
  return add(descriptor, caf::actor_cast<caf::weak_actor_ptr>(subscriber));
}

poller::token epoll_poller::add(int descriptor, caf::intrusive_ptr<readiness_observer> subscriber) {
  return add(descriptor, told{std::move(subscriber)});
}

poller::token epoll_poller::add(int descriptor, told added) {
  const std::lock_guard lock{mutex_};
  const token registration{next_token_++};
  epoll_event event{.events = EPOLLONESHOT, .data = {.u64 = to_number(registration)}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) < 0) {
    if (errno != EEXIST) throw std::system_error{errno, std::generic_category(), "epoll_ctl"};
    checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, descriptor, &event), "epoll_ctl");
  }
  subscribers_.emplace(to_number(registration), std::move(added));
  in_force_.insert_or_assign(descriptor, registration);
  return registration;
}

bool epoll_poller::is_in_force(int descriptor, token registration) const {
  const auto found = in_force_.find(descriptor);
  return found != in_force_.end() && found->second == registration;
}

void epoll_poller::arm(int descriptor, token registration, interest wanted) {
  epoll_event event{.events = epoll_events(wanted) | EPOLLONESHOT,
                    .data = {.u64 = to_number(registration)}};
  const std::lock_guard lock{mutex_};
  if (is_in_force(descriptor, registration))
    checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, descriptor, &event), "epoll_ctl");
}

void epoll_poller::remove(int descriptor, token registration) noexcept {
  const std::lock_guard lock{mutex_};
  subscribers_.erase(to_number(registration));
  if (!is_in_force(descriptor, registration)) return;
  in_force_.erase(descriptor);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

void epoll_poller::wait(news& into, bool blocks) {
  const int count = ::epoll_wait(epoll_.get(), into.events_.data(),
                                 static_cast<int>(into.events_.size()), blocks ? -1 : 0);
  into.count_ = count > 0 ? static_cast<std::size_t>(count) : 0;
}

void epoll_poller::tell(const news& what) {
  for (const auto& event : std::span{what.events_}.first(what.count_))
    if (event.data.u64 != own_token) tell_for_sure(token{event.data.u64}, event.events);
}

void epoll_poller::wake_up() noexcept { ::eventfd_write(wake_up_.get(), 1); }

void epoll_poller::wake_up_at(steady_time when) { alarm_.set(when); }

/// Nobody would ask for this news again: out of memory, it waits.
void epoll_poller::tell_for_sure(token registration, std::uint32_t events) {
  for (;;) {
    try {
      tell(registration, events);
      return;
    } catch (const std::bad_alloc&) {
      std::this_thread::sleep_for(pause_without_memory);
    }
  }
}

epoll_poller::told epoll_poller::subscriber_of(token registration) {
  const std::lock_guard lock{mutex_};
  const auto found = subscribers_.find(to_number(registration));
  return found == subscribers_.end() ? told{} : found->second;
}

void epoll_poller::tell(token registration, std::uint32_t events) {
  const readiness message{.readable = (events & EPOLLIN) != 0,
                          .writable = (events & EPOLLOUT) != 0,
                          .hung_up = (events & (EPOLLHUP | EPOLLERR)) != 0};
  const auto subscriber = subscriber_of(registration);
  if (const auto* observer = std::get_if<caf::intrusive_ptr<readiness_observer>>(&subscriber)) {
    (*observer)->on_ready(message);
  } else if (const auto actor = caf::actor_cast<caf::strong_actor_ptr>(
                 std::get<caf::weak_actor_ptr>(subscriber))) {
    // From the subscriber itself: the news is for it, and not for whoever plays its role after it.
    const auto receiver = caf::actor_cast<caf::actor>(actor);
    caf::send_as(receiver, receiver, message);
  }
}

}  // namespace troupe::runtime
