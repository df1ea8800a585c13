#pragma once

#include <array>
#include <optional>
#include <random>

#include <poll.h>

#include "apps/topology/running/passage.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::topology {

/// Two TCP connections that a proxy makes one of. Never blocks.
class proxied_connection {
 public:
  /// `far` may still be connecting.
  proxied_connection(descriptor near, descriptor far);

  /// What to wait for before the next `serve`.
  [[nodiscard]] std::array<pollfd, 2> interest(const link_quality& quality, steady_time now) const;
  /// When to call `serve` at the latest.
  [[nodiscard]] std::optional<steady_time> due() const;
  /// Takes in what has come, and puts out what is due.
  void serve(const link_quality& quality, std::mt19937_64& dice, steady_time now);

  [[nodiscard]] bool is_over() const;

 private:
  struct direction {
    passage bytes;
    bool has_ended = false;     ///< no more will come
    bool is_passed_on = false;  ///< and the other end was told
  };

  void read(int from, direction& way, const link_quality& quality, std::mt19937_64& dice,
            steady_time now);
  void write(int to, direction& way, steady_time now);
  void break_off();

  descriptor near_;
  descriptor far_;
  direction up_;    ///< from near to far
  direction down_;  ///< from far to near
  bool is_connecting_ = true;
  bool is_broken_ = false;
};

}  // namespace troupe::topology
