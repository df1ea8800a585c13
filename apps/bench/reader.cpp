#include "apps/bench/reader.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <thread>
#include <vector>

#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "actors/telemetry/latency_histogram.hpp"
#include "apps/bench/latency_figures.hpp"
#include "apps/bench/system_failure.hpp"
#include "apps/node/process_limits.hpp"
#include "protocol/descriptor.hpp"
#include "protocol/wire_parser.hpp"

namespace troupe::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t read_size = 65'536;
constexpr auto connect_limit = 10s;

/// Tries again while the server is not there yet, or has too many at its door.
descriptor connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const auto give_up = std::chrono::steady_clock::now() + connect_limit;
  for (;;) {
    descriptor client{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!client) fail("socket");
    if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
      return client;
    if (std::chrono::steady_clock::now() > give_up) fail("connect");
    std::this_thread::sleep_for(1ms);
  }
}

/// What all listeners read, put together.
struct readings {
  telemetry::latency_histogram latencies;
  std::uint64_t frames = 0;
};

struct listener {
  descriptor socket;
  wire::parser parser;
};

void parse(listener& from, std::span<const std::byte> input, unix_time arrived, readings& all) {
  for (;;) {
    const auto next = from.parser.next(input);
    if (std::holds_alternative<wire::parse_error>(next))
      throw std::runtime_error{"the server broke the protocol"};
    const auto* message = std::get_if<wire::message_view>(&next);
    if (message == nullptr) return;
    ++all.frames;
    all.latencies.record(arrived - message->header.timestamp);
  }
}

/// Returns false at the end of the stream.
bool read_once(listener& from, std::span<std::byte> buffer, readings& all) {
  const auto count = ::recv(from.socket.get(), buffer.data(), buffer.size(), 0);
  if (count < 0 && errno != EINTR && errno != ECONNRESET) fail("recv");
  if (count < 0) return errno == EINTR;
  if (count == 0) return false;
  parse(from, buffer.first(static_cast<std::size_t>(count)), unix_now(), all);
  return true;
}

/// Waits in the read itself, as a program with one stream does.
void read_one(listener& only, std::span<std::byte> buffer, readings& all,
              shared_progress& progress) {
  while (read_once(only, buffer, all))
    progress.frames_read().store(all.frames, std::memory_order_release);
}

void read_many(std::vector<std::unique_ptr<listener>>& listeners, std::span<std::byte> buffer,
               readings& all) {
  const descriptor poll{::epoll_create1(EPOLL_CLOEXEC)};
  for (auto& each : listeners) {
    epoll_event event{.events = EPOLLIN, .data = {.ptr = each.get()}};
    if (::epoll_ctl(poll.get(), EPOLL_CTL_ADD, each->socket.get(), &event) != 0) fail("epoll_ctl");
  }
  std::array<epoll_event, 256> events{};
  for (auto left = listeners.size(); left > 0;) {
    const int count = ::epoll_wait(poll.get(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      auto& ready = *static_cast<listener*>(events.at(static_cast<std::size_t>(i)).data.ptr);
      if (read_once(ready, buffer, all)) continue;
      ready.socket.reset();
      --left;
    }
  }
}

}  // namespace

shared_progress::shared_progress() {
  void* const memory = ::mmap(nullptr, sizeof(std::atomic<std::uint64_t>), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  frames_read_ = new (memory) std::atomic<std::uint64_t>{0};
}

shared_progress::~shared_progress() { ::munmap(frames_read_, sizeof *frames_read_); }

nlohmann::json read_streams(const stream_plan& plan, shared_progress& progress) {
  raise_descriptor_limit();
  std::vector<std::unique_ptr<listener>> listeners;
  for (std::size_t i = 0; i < plan.listeners; ++i)
    listeners.push_back(std::make_unique<listener>(listener{connect_to(plan.socket), {}}));
  std::vector<descriptor> stalled;
  for (std::size_t i = 0; i < plan.stalled; ++i) stalled.push_back(connect_to(plan.socket));
  readings all;
  std::vector<std::byte> buffer(read_size);
  if (listeners.size() == 1) {
    read_one(*listeners.front(), buffer, all, progress);
  } else {
    read_many(listeners, buffer, all);
  }
  auto result = latency_figures(all.latencies);
  result["frames_read"] = all.frames;
  return result;
}

}  // namespace troupe::bench
