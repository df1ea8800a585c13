#pragma once

#include <map>
#include <optional>
#include <utility>

#include <caf/send.hpp>

#include "actors/runtime/poller.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::test {

/// A poller whose events the test makes.
class manual_poller final : public runtime::poller {
 public:
  struct registration {
    caf::weak_actor_ptr subscriber;
    caf::intrusive_ptr<runtime::readiness_observer> observer;
    std::optional<runtime::interest> armed;
  };

  token add(int descriptor, const caf::strong_actor_ptr& subscriber) override {
    registrations[descriptor] = {caf::actor_cast<caf::weak_actor_ptr>(subscriber), nullptr,
                                 std::nullopt};
    return token{static_cast<std::uint64_t>(descriptor)};
  }
  token add(int descriptor, caf::intrusive_ptr<runtime::readiness_observer> subscriber) override {
    registrations[descriptor] = {{}, std::move(subscriber), std::nullopt};
    return token{static_cast<std::uint64_t>(descriptor)};
  }
  void arm(int descriptor, token, runtime::interest wanted) override {
    registrations.at(descriptor).armed = wanted;
    ++arms;
  }
  void remove(int descriptor, token) noexcept override { registrations.erase(descriptor); }

  /// Tells the subscriber, as a real poller would, once for each time it armed.
  void fire(int descriptor, readiness news) {
    auto& found = registrations.at(descriptor);
    found.armed.reset();
    if (const auto observer = found.observer) observer->on_ready(news);
    const auto subscriber = caf::actor_cast<caf::strong_actor_ptr>(found.subscriber);
    if (!subscriber) return;
    const auto receiver = caf::actor_cast<caf::actor>(subscriber);
    caf::send_as(receiver, receiver, news);
  }

  std::map<int, registration> registrations;
  int arms = 0;
};

}  // namespace troupe::test
