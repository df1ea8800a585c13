#pragma once

#include <cstdint>
#include <utility>

#include <caf/actor_control_block.hpp>
#include <caf/intrusive_ptr.hpp>
#include <caf/ref_counted.hpp>

#include "protocol/messages.hpp"

namespace troupe::runtime {

/// What a descriptor is waited for. A hang-up is always told.
enum class interest : std::uint8_t { hang_up = 0, read = 1, write = 2, read_or_write = 3 };

/// Is told in the place of an actor.
class readiness_observer : public caf::ref_counted {
 public:
  /// On the thread that waits for all others: this takes note, and has the rest done elsewhere.
  virtual void on_ready(const readiness& news) = 0;
};

/// Tells when descriptors can be used: actors by a `readiness` message, others by a call. One-shot:
/// each `arm` is answered at most once. To be called from any thread; used through `watch`.
class poller {
 public:
  /// Names one registration; never used again, so that what was meant for a descriptor that is
  /// closed cannot reach the next one of the same number.
  enum class token : std::uint64_t {};

  virtual ~poller() = default;

  /// Takes the place of an earlier registration of the same descriptor, which is never told again.
  /// Throws std::system_error for a descriptor that cannot be waited for, such as a plain file.
  virtual token add(int descriptor, const caf::strong_actor_ptr& subscriber) = 0;
  virtual token add(int descriptor, caf::intrusive_ptr<readiness_observer> subscriber) = 0;
  virtual void arm(int descriptor, token registration, interest wanted) = 0;
  virtual void remove(int descriptor, token registration) noexcept = 0;
};

/// One subscriber's registration of one descriptor, which it owns and keeps open meanwhile.
class watch {
 public:
  watch(poller& service, int descriptor, const caf::strong_actor_ptr& subscriber)
      : service_(&service), descriptor_(descriptor), token_(service.add(descriptor, subscriber)) {}
  watch(poller& service, int descriptor, caf::intrusive_ptr<readiness_observer> subscriber)
      : service_(&service),
        descriptor_(descriptor),
        token_(service.add(descriptor, std::move(subscriber))) {}
  watch(const watch&) = delete;
  watch& operator=(const watch&) = delete;
  ~watch() { service_->remove(descriptor_, token_); }

  /// The next time that `wanted` is so, the subscriber is told, once.
  void arm(interest wanted) { service_->arm(descriptor_, token_, wanted); }

 private:
  poller* service_;
  int descriptor_;
  poller::token token_;
};

}  // namespace troupe::runtime
