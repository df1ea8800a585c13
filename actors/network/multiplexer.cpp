#include "actors/network/multiplexer.hpp"

#include <chrono>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>
#include <caf/io/middleman.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include "actors/network/event_port.hpp"
#include "actors/network/link_scribe.hpp"
#include "actors/runtime/reactor.hpp"

namespace troupe::network {
namespace {

/// Run between two turns of the thread's other actors.
constexpr std::size_t tasks_in_a_row = 32;
constexpr std::size_t messages_in_a_row = 16;
constexpr std::chrono::milliseconds look_interval{250};

/// CAF leaves the mailbox of a broker that has ended open: what the broker sent itself for later
/// would lie there and keep it alive.
void close_mailbox(caf::resumable* ended, caf::execution_unit* where) {
  if (ended->subtype() != caf::resumable::io_actor) return;
  auto* const broker = static_cast<caf::scheduled_actor*>(ended);
  broker->caf::scheduled_actor::cleanup(caf::exit_reason::normal, where);
}

}  // namespace

multiplexer::multiplexer(caf::actor_system* system) : caf::io::network::multiplexer(system) {}

/// Those who were told something since the reactor stopped wait in vain.
multiplexer::~multiplexer() {
  while (auto* const next = take()) {
    close_mailbox(next, this);
    intrusive_ptr_release(next);
  }
}

multiplexer& multiplexer::of(caf::actor_system& system) {
  return dynamic_cast<multiplexer&>(system.middleman().backend());
}

runtime::poller& multiplexer::poller() { return runtime::reactor::of(system()).poller(); }

void multiplexer::write_out_later(caf::intrusive_ptr<link_scribe> whom) {
  to_be_written_out_.push_back(std::move(whom));
}

void multiplexer::read_on_later(caf::intrusive_ptr<link_scribe> whom) {
  to_read_on_.push_back(std::move(whom));
}

void multiplexer::look_after(looked_after& whom) {
  in_care_.insert(&whom);
  if (alarm_port_) return;
  alarm_port_ = caf::make_counted<event_port>(*this);
  alarm_port_->open(alarm_.descriptor(), [this](const readiness&) { look_around(); });
  look_around();
}

void multiplexer::forget(looked_after& whom) {
  in_care_.erase(&whom);
  if (!in_care_.empty() || !alarm_port_) return;
  alarm_port_->close();
  alarm_port_.reset();
}

/// Those whom it looks at may be forgotten meanwhile, and others come.
void multiplexer::look_around() {
  static_cast<void>(alarm_.take());
  const auto now = std::chrono::steady_clock::now();
  const std::vector<looked_after*> all{in_care_.begin(), in_care_.end()};
  for (auto* const each : all)
    if (in_care_.contains(each)) each->look(now);
  if (!alarm_port_) return;
  alarm_.set(next_beat(now, look_interval));
  alarm_port_->arm(runtime::interest::read);
}

void multiplexer::exec_later(caf::resumable* what) {
  const auto kind = what->subtype();
  if (kind != caf::resumable::io_actor && kind != caf::resumable::function_object) {
    system().scheduler().enqueue(what);
    return;
  }
  {
    const std::lock_guard lock{mutex_};
    waiting_.push_back(what);
    if (std::exchange(runs_, true)) return;
  }
  system().scheduler().enqueue(&runner_);
}

bool multiplexer::try_run_once() {
  std::unique_lock lock{mutex_};
  if (!runs_) return false;
  at_rest_.wait(lock, [this] { return !runs_; });
  return true;
}

caf::resumable::resume_result multiplexer::run_waiting() {
  read_on_all();
  for (std::size_t i = 0; i < tasks_in_a_row; ++i) {
    auto* const next = take();
    if (next == nullptr) break;
    run(next);
  }
  write_out_all();
  const std::lock_guard lock{mutex_};
  if (!waiting_.empty() || !to_read_on_.empty()) return caf::resumable::resume_later;
  runs_ = false;
  at_rest_.notify_all();
  return caf::resumable::awaiting_message;
}

caf::resumable* multiplexer::take() {
  const std::lock_guard lock{mutex_};
  return waiting_.empty() ? nullptr : waiting_.pop_front();
}

void multiplexer::run(caf::resumable* what) {
  const auto outcome = what->resume(this, messages_in_a_row);
  if (outcome == caf::resumable::resume_later) {
    exec_later(what);
    return;
  }
  if (outcome == caf::resumable::done) close_mailbox(what, this);
  intrusive_ptr_release(what);
}

/// More may be added meanwhile.
void multiplexer::write_out_all() {
  for (std::size_t i = 0; i < to_be_written_out_.size(); ++i) to_be_written_out_[i]->write_out();
  to_be_written_out_.clear();
}

/// Who has still more to read by then comes again.
void multiplexer::read_on_all() {
  for (const auto& each : std::exchange(to_read_on_, {})) each->read_on();
}

caf::expected<caf::io::scribe_ptr> multiplexer::new_tcp_scribe(const std::string&, std::uint16_t) {
  return caf::sec::bad_function_call;
}

caf::expected<caf::io::doorman_ptr> multiplexer::new_tcp_doorman(std::uint16_t, const char*, bool) {
  return caf::sec::bad_function_call;
}

caf::io::datagram_servant_ptr multiplexer::new_datagram_servant(caf::io::network::native_socket) {
  return nullptr;
}

caf::io::datagram_servant_ptr multiplexer::new_datagram_servant_for_endpoint(
    caf::io::network::native_socket, const caf::io::network::ip_endpoint&) {
  return nullptr;
}

caf::expected<caf::io::datagram_servant_ptr> multiplexer::new_remote_udp_endpoint(
    const std::string&, std::uint16_t) {
  return caf::sec::bad_function_call;
}

caf::expected<caf::io::datagram_servant_ptr> multiplexer::new_local_udp_endpoint(std::uint16_t,
                                                                                 const char*,
                                                                                 bool) {
  return caf::sec::bad_function_call;
}

}  // namespace troupe::network
