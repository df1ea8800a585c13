#include "actors/network/host_resolver.hpp"

#include <cerrno>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <sys/eventfd.h>

#include "protocol/descriptor.hpp"

namespace troupe::network {
namespace {

host_endpoints look_up(const std::function<std::vector<tcp_endpoint>()>& resolve) {
  try {
    return {.endpoints = resolve(), .failure = {}};
  } catch (const std::exception& trouble) {
    return {.endpoints = {}, .failure = trouble.what()};
  }
}

}  // namespace

struct host_lookup::desk {
  void put(host_endpoints found) {
    {
      const std::lock_guard lock{mutex};
      answer = std::move(found);
    }
    ::eventfd_write(bell.get(), 1);
  }

  descriptor bell{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::mutex mutex;
  std::optional<host_endpoints> answer;
};

host_lookup::host_lookup(runtime::poller& poller, const caf::strong_actor_ptr& subscriber,
                         std::function<std::vector<tcp_endpoint>()> resolve)
    : desk_(std::make_shared<desk>()) {
  try {
    if (!desk_->bell) throw std::system_error{errno, std::generic_category()};
    watch_.emplace(poller, desk_->bell.get(), subscriber);
    watch_->arm(runtime::interest::read);
    std::thread{[desk = desk_, resolve = std::move(resolve)] {
      desk->put(look_up(resolve));
    }}.detach();
  } catch (const std::system_error& trouble) {
    desk_->answer = host_endpoints{
        .endpoints = {},
        .failure = std::string{"its host's name cannot be looked up: "} + trouble.code().message()};
  }
}

std::optional<host_endpoints> host_lookup::answer() const {
  const std::lock_guard lock{desk_->mutex};
  return desk_->answer;
}

}  // namespace troupe::network
