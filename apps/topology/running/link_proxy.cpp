#include "apps/topology/running/link_proxy.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <functional>
#include <future>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <random>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "apps/topology/running/proxied_connection.hpp"
#include "protocol/failure.hpp"

namespace troupe::topology {
namespace {

/// Whoever tried during a partition has given up since: of this the other end is not to know.
bool has_given_up(const descriptor& socket) {
  pollfd end{.fd = socket.get(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&end, 1, 0) > 0;
}

void enter(int network_namespace) {
  if (network_namespace >= 0 && ::setns(network_namespace, CLONE_NEWNET) != 0)
    throw std::system_error{errno, std::generic_category(), "setns"};
}

timespec to_timespec(std::chrono::nanoseconds time) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(time);
  return {.tv_sec = whole.count(), .tv_nsec = (time - whole).count()};
}

}  // namespace

/// What the thread does.
class link_proxy::worker {
 public:
  worker(link_proxy& proxy, const link_proxy_settings& settings)
      : proxy_(proxy),
        target_(address_of(settings.target)),
        dice_(settings.seed),
        listener_(listen_on_loopback()) {}

  [[nodiscard]] std::uint16_t port() const { return place_of(listener_).port; }

  void run() {
    for (;;) {
      wait(look());
      // Locked all along: once a change has been made, nothing passes as before.
      const std::scoped_lock lock{proxy_.mutex_};
      const auto& now = proxy_.condition_;
      if (now.is_ending) return;
      if (now.is_partitioned) continue;
      accept_all();
      for (auto& each : connections_)
        each.serve(now.quality, dice_, std::chrono::steady_clock::now());
      connections_.remove_if([](const auto& each) { return each.is_over(); });
    }
  }

 private:
  condition look() {
    const std::scoped_lock lock{proxy_.mutex_};
    return proxy_.condition_;
  }

  void wait(const condition& at_present) {
    std::vector<pollfd> waiting{{proxy_.changed_.get(), POLLIN, 0}};
    const auto now = std::chrono::steady_clock::now();
    std::optional<steady_time> due;
    if (!at_present.is_partitioned) {
      waiting.push_back({listener_.get(), POLLIN, 0});
      for (const auto& each : connections_) {
        std::ranges::copy(each.interest(at_present.quality, now), std::back_inserter(waiting));
        if (const auto its = each.due(); its > now && (!due || its < due)) due = its;
      }
    }
    const auto timeout = to_timespec(due ? *due - now : std::chrono::nanoseconds{0});
    ::ppoll(waiting.data(), waiting.size(), due ? &timeout : nullptr, nullptr);
    eventfd_t changes = 0;
    if (waiting.front().revents != 0) ::eventfd_read(proxy_.changed_.get(), &changes);
  }

  void accept_all() {
    for (;;) {
      descriptor near{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
      if (!near) return;
      if (has_given_up(near)) continue;
      send_at_once(near);
      auto far = make_tcp_socket();
      // Whether that works is seen when the connection is served.
      static_cast<void>(
          ::connect(far.get(), reinterpret_cast<const sockaddr*>(&target_), sizeof target_));
      connections_.emplace_back(std::move(near), std::move(far));
    }
  }

  link_proxy& proxy_;
  sockaddr_in target_;
  std::mt19937_64 dice_;
  descriptor listener_;
  std::list<proxied_connection> connections_;
};

link_proxy::link_proxy(const link_proxy_settings& settings)
    : condition_{.quality = settings.quality}, changed_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  try {
    // A thread of its own for the namespace: this one stays where it is.
    worker_ = std::async(std::launch::async, [&] {
                enter(settings.network_namespace);
                return std::make_unique<worker>(*this, settings);
              }).get();
  } catch (const std::exception& trouble) {
    throw failure{failure_kind::cannot_create,
                  fmt::format("the proxy of a link to {} cannot be made: {}; are there descriptors "
                              "and ports left?",
                              to_string(settings.target), trouble.what())};
  }
  place_ = {.host = "127.0.0.1", .port = worker_->port()};
  thread_ = std::thread{[this, its_namespace = settings.network_namespace] {
    enter(its_namespace);
    worker_->run();
  }};
}

link_proxy::~link_proxy() {
  change([](condition& now) { now.is_ending = true; });
  thread_.join();
}

void link_proxy::set_quality(const link_quality& quality) {
  change([&](condition& now) { now.quality = quality; });
}

void link_proxy::set_partitioned(bool partitioned) {
  change([&](condition& now) { now.is_partitioned = partitioned; });
}

void link_proxy::change(const std::function<void(condition&)>& how) {
  {
    const std::scoped_lock lock{mutex_};
    how(condition_);
  }
  ::eventfd_write(changed_.get(), 1);
}

}  // namespace troupe::topology
