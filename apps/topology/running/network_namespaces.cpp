#include "apps/topology/running/network_namespaces.hpp"

#include <cerrno>
#include <future>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include "apps/topology/running/tool.hpp"
#include "protocol/failure.hpp"

namespace troupe::topology {
namespace {

constexpr std::size_t hosts_a_subnet = 250;

/// Made by a thread that ends then: the caller's stays where it is.
descriptor make_namespace() {
  return std::async(std::launch::async,
                    [] {
                      descriptor made;
                      if (::unshare(CLONE_NEWNET) == 0)
                        made = descriptor{::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)};
                      if (!made)
                        throw failure{
                            failure_kind::not_permitted,
                            fmt::format("no network namespace can be made: {}; run as root, or "
                                        "without isolation",
                                        std::generic_category().message(errno))};
                      return made;
                    })
      .get();
}

void run_ip(const std::string& commands, const descriptor& in) {
  run_tool("ip", {"-batch", "-"}, commands, in.get());
}

}  // namespace

network_namespaces::network_namespaces(std::size_t hosts) : bridge_(make_namespace()) {
  hosts_.reserve(hosts);
  for (std::size_t i = 0; i < hosts; ++i) hosts_.push_back(make_namespace());
  join_all();
  for (std::size_t i = 0; i < hosts; ++i)
    run_ip(fmt::format("link set lo up\n"
                       "address add {}/8 dev eth0\n"
                       "link set eth0 up\n",
                       address(i)),
           hosts_[i]);
}

std::string network_namespaces::address(std::size_t host) {
  return fmt::format("10.77.{}.{}", host / hosts_a_subnet, host % hosts_a_subnet + 1);
}

void network_namespaces::join_all() const {
  std::string commands = "link add bridge type bridge\nlink set bridge up\n";
  for (std::size_t i = 0; i < hosts_.size(); ++i)
    commands += fmt::format(
        "link add host{0} type veth peer name eth0 netns /proc/{1}/fd/{2}\n"
        "link set host{0} master bridge up\n",
        i, ::getpid(), hosts_[i].get());
  run_ip(commands, bridge_);
}

}  // namespace troupe::topology
