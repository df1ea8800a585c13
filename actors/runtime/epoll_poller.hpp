#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <span>
#include <unordered_map>
#include <variant>

#include <sys/epoll.h>

#include "actors/runtime/alarm.hpp"
#include "actors/runtime/poller.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::runtime {

/// A poller over the kernel's epoll, for whoever has a thread to wait with. Arming is a system call
/// of the caller's own and wakes nobody.
class epoll_poller final : public poller {
 public:
  /// What one wait brought, to be told to the subscribers.
  class news {
    friend class epoll_poller;
    std::array<epoll_event, 64> events_;
    std::size_t count_ = 0;
  };

  epoll_poller();
  epoll_poller(const epoll_poller&) = delete;
  epoll_poller& operator=(const epoll_poller&) = delete;

  token add(int descriptor, const caf::strong_actor_ptr& subscriber) override;
  token add(int descriptor, caf::intrusive_ptr<readiness_observer> subscriber) override;
  void arm(int descriptor, token registration, interest wanted) override;
  void remove(int descriptor, token registration) noexcept override;

  /// Looks for news; if it `blocks`, until there is some, or somebody wakes it up, or it has been
  /// woken up since the last wait.
  void wait(news& into, bool blocks);
  void tell(const news& what);
  /// Ends a wait that blocks, from any thread.
  void wake_up() noexcept;
  /// The same at `when`, in the place of the time named before.
  void wake_up_at(steady_time when);

 private:
  using told = std::variant<caf::weak_actor_ptr, caf::intrusive_ptr<readiness_observer>>;

  void add_own(int descriptor);
  token add(int descriptor, told added);
  void tell_for_sure(token registration, std::uint32_t events);
  void tell(token registration, std::uint32_t events);
  /// Null for one that is there no more.
  told subscriber_of(token registration);
  [[nodiscard]] bool is_in_force(int descriptor, token registration) const;

  troupe::descriptor epoll_;
  troupe::descriptor wake_up_;
  alarm alarm_;
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, told> subscribers_;
  std::unordered_map<int, token> in_force_;  ///< the latest registration of each descriptor
  std::uint64_t next_token_ = 1;
};

}  // namespace troupe::runtime
