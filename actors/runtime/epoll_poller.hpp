#pragma once

#include <cstdint>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "actors/runtime/poller.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::runtime {

/// The poller of a running node: one thread in epoll_wait. Arming is a system call of the caller's
/// own and wakes nobody.
class epoll_poller final : public poller {
 public:
  epoll_poller();
  epoll_poller(const epoll_poller&) = delete;
  epoll_poller& operator=(const epoll_poller&) = delete;
  ~epoll_poller() override;

  token add(int descriptor, const caf::strong_actor_ptr& subscriber) override;
  void arm(int descriptor, token registration, interest wanted) override;
  void remove(int descriptor, token registration) noexcept override;

 private:
  void run();
  void tell_for_sure(token registration, std::uint32_t events);
  void tell(token registration, std::uint32_t events);
  caf::strong_actor_ptr subscriber_of(token registration);
  [[nodiscard]] bool is_in_force(int descriptor, token registration) const;

  troupe::descriptor epoll_;
  troupe::descriptor wake_up_;
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, caf::weak_actor_ptr> subscribers_;
  std::unordered_map<int, token> in_force_;  ///< the latest registration of each descriptor
  std::uint64_t next_token_ = 1;
  std::thread thread_;
};

}  // namespace troupe::runtime
