#include "apps/inspect/network_channel.hpp"

#include <array>
#include <mutex>
#include <optional>
#include <utility>

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "actors/network/inspection_call.hpp"
#include "apps/inspect/calling_line.hpp"
#include "apps/inspect/text/printable.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting {
namespace {

using namespace std::chrono_literals;

/// To look a host up, to connect, to agree on TLS: each may take so long.
constexpr auto step_limit = 3s;

std::string asker_name() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return fmt::format("troupe-inspect (pid {}, uid {} of {})", ::getpid(), ::getuid(), host.data());
}

failure called_off(const std::string& node) {
  return {failure_kind::no_node, "the question to " + node + " was called off"};
}

failure no_answer(const std::string& node, const caf::error& error,
                  const caf::actor_system& actors) {
  const auto why = network::words_for(error, actors);
  if (error == caf::sec::cannot_connect_to_node)
    return {failure_kind::no_node,
            fmt::format(
                "no node can be asked at {}: {}; it has to listen there (troupe-node --listen), "
                "with TLS if we use it and else without",
                node, why)};
  if (error == caf::sec::invalid_argument)
    return {failure_kind::not_permitted,
            fmt::format("the node at {} refuses to be inspected: {}", node, why)};
  if (error == caf::sec::request_timeout)
    return {failure_kind::no_node,
            fmt::format("the node at {} did not answer in time; it hangs, or the machine or the "
                        "network is too busy",
                        node)};
  return {failure_kind::no_node, fmt::format("no answer from the node at {}: {}", node, why)};
}

}  // namespace

/// Kept up from one question to the next, and made anew after it was lost.
class network_channel::call {
 public:
  call(node_address node, std::shared_ptr<const network::tls_context> tls)
      : node_(std::move(node)), tls_(std::move(tls)), line_(to_string(node_)) {}
  call(const call&) = delete;
  call& operator=(const call&) = delete;
  ~call() { hang_up(); }

  /// Another node may have named it.
  [[nodiscard]] std::string name() const { return printable("troupe://" + to_string(node_)); }

  void call_off() {
    const std::lock_guard lock{mutex_};
    is_off_ = true;
    if (actor_) caf::anon_send(actor_, stop_atom::value);
  }

  std::string ask(const std::string& question, std::chrono::milliseconds patience) {
    std::string answer;
    std::optional<caf::error> trouble;
    caf::scoped_actor self{line_.actors()};
    self->request(current(), std::chrono::nanoseconds{patience}, question)
        .receive([&](std::string& heard) { answer = std::move(heard); },
                 [&](const caf::error& error) { trouble = error; });
    if (!trouble) return answer;
    hang_up();
    if (is_off()) throw called_off(name());
    throw no_answer(name(), *trouble, line_.actors());
  }

 private:
  inspection_call_actor current() {
    const std::lock_guard lock{mutex_};
    if (is_off_) throw called_off(name());
    if (!actor_)
      actor_ =
          line_.actors().spawn(network::inspection_call,
                               network::inspection_call_settings{
                                   .node = {.to = node_, .tls = tls_, .step_limit = step_limit},
                                   .asker = asker_name(),
                                   .poller = &line_.poller(),
                                   .broker = line_.broker()});
    return actor_;
  }

  void hang_up() {
    const std::lock_guard lock{mutex_};
    if (const auto former = std::exchange(actor_, nullptr))
      caf::anon_send_exit(former, caf::exit_reason::user_shutdown);
  }

  [[nodiscard]] bool is_off() const {
    const std::lock_guard lock{mutex_};
    return is_off_;
  }

  const node_address node_;
  const std::shared_ptr<const network::tls_context> tls_;
  const calling_line line_;
  mutable std::mutex mutex_;
  inspection_call_actor actor_;
  bool is_off_ = false;
};

network_channel::network_channel(node_address node, std::shared_ptr<const network::tls_context> tls)
    : call_(std::make_unique<call>(std::move(node), std::move(tls))) {}

network_channel::~network_channel() = default;

void network_channel::interrupt() { call_->call_off(); }

std::string network_channel::name() const { return call_->name(); }

std::string network_channel::exchange(const std::string& question,
                                      std::chrono::milliseconds patience) {
  return call_->ask(question, patience);
}

}  // namespace troupe::inspecting
