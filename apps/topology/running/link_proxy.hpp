#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "apps/topology/plan.hpp"
#include "apps/topology/running/tcp_place.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::topology {

struct link_proxy_settings {
  tcp_place target;
  link_quality quality;
  std::uint64_t seed = 0;      ///< of what gets lost
  int network_namespace = -1;  ///< where it listens, and connects from; our own when -1
};

/// A link that is as bad as it is told to be: a TCP proxy at a port of loopback, with a thread of
/// its own. See `passage` for what it does to the bytes.
class link_proxy {
 public:
  /// Throws failure when it cannot listen.
  explicit link_proxy(const link_proxy_settings& settings);
  link_proxy(const link_proxy&) = delete;
  link_proxy& operator=(const link_proxy&) = delete;
  ~link_proxy();

  [[nodiscard]] tcp_place place() const { return place_; }

  /// Of what is put into the link from now on.
  void set_quality(const link_quality& quality);
  /// While it is partitioned nothing passes, neither bytes nor ends; nobody is told.
  void set_partitioned(bool partitioned);

 private:
  struct condition {
    link_quality quality;
    bool is_partitioned = false;
    bool is_ending = false;
  };
  class worker;

  void change(const std::function<void(condition&)>& how);

  std::mutex mutex_;
  condition condition_;
  descriptor changed_;
  tcp_place place_;
  std::unique_ptr<worker> worker_;
  std::thread thread_;
};

}  // namespace troupe::topology
