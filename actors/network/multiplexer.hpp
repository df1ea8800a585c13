#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <caf/io/datagram_servant.hpp>
#include <caf/io/doorman.hpp>
#include <caf/io/network/multiplexer.hpp>
#include <caf/io/scribe.hpp>
#include <caf/resumable.hpp>

#include "actors/network/known_peers.hpp"
#include "actors/runtime/alarm.hpp"
#include "actors/runtime/poller.hpp"
#include "protocol/clock.hpp"
#include "protocol/ring_queue.hpp"

namespace troupe::network {

class event_port;
class link_scribe;

/// Is looked after by a multiplexer, which calls it now and then.
class looked_after {
 public:
  virtual void look(steady_time now) = 0;

 protected:
  ~looked_after() = default;
};

/// CAF's network layer on the threads of the reactor, in the place of a thread of its own: what
/// comes from a peer reaches the actor that it is meant for, and what an actor tells a peer reaches
/// the kernel, without a thread's wake-up on the way.
///
/// Its brokers and connections run one after the other, on whichever thread of the reactor. To be
/// loaded with `caf::io::middleman`; the settings are in `network_system_config`.
class multiplexer final : public caf::io::network::multiplexer {
 public:
  explicit multiplexer(caf::actor_system* system);
  ~multiplexer() override;
  /// The multiplexer of a system that was configured to have one.
  static multiplexer& of(caf::actor_system& system);

  [[nodiscard]] runtime::poller& poller();

  /// Names a connection or a door; never used again, so that what was meant for one that is closed
  /// cannot reach the next. From any thread.
  [[nodiscard]] std::int64_t next_handle() { return next_handle_++; }
  /// Has `whom` write out what it has once those have run who wait now. From within the
  /// multiplexer.
  void write_out_later(caf::intrusive_ptr<link_scribe> whom);
  /// Has `whom` read on once everybody else had a turn, here and in the scheduler. From within the
  /// multiplexer.
  void read_on_later(caf::intrusive_ptr<link_scribe> whom);
  /// Has `look` be called four times a second until it is forgotten. From within the multiplexer.
  void look_after(looked_after& whom);
  void forget(looked_after& whom);
  /// How many are looked after. From within the multiplexer.
  [[nodiscard]] std::size_t in_care() const { return in_care_.size(); }
  /// Who is connected, and has said something to an actor.
  [[nodiscard]] known_peers& peers() { return peers_; }
  /// Room to read into. From within the multiplexer.
  [[nodiscard]] std::span<char> scratch() { return scratch_; }

  // -- for CAF ---

  /// Brokers run here; everybody else goes to the scheduler.
  void exec_later(caf::resumable* what) override;
  /// Returns whether there was anything to do; then it is done.
  bool try_run_once() override;
  void run_once() override { try_run_once(); }
  void run() override {}
  supervisor_ptr make_supervisor() override { return nullptr; }

  // Not for us: connections and doors are made elsewhere, datagrams not at all.
  caf::io::scribe_ptr new_scribe(caf::io::network::native_socket) override { return nullptr; }
  caf::expected<caf::io::scribe_ptr> new_tcp_scribe(const std::string&, std::uint16_t) override;
  caf::io::doorman_ptr new_doorman(caf::io::network::native_socket) override { return nullptr; }
  caf::expected<caf::io::doorman_ptr> new_tcp_doorman(std::uint16_t, const char*, bool) override;
  caf::io::datagram_servant_ptr new_datagram_servant(caf::io::network::native_socket) override;
  caf::io::datagram_servant_ptr new_datagram_servant_for_endpoint(
      caf::io::network::native_socket, const caf::io::network::ip_endpoint&) override;
  caf::expected<caf::io::datagram_servant_ptr> new_remote_udp_endpoint(const std::string&,
                                                                       std::uint16_t) override;
  caf::expected<caf::io::datagram_servant_ptr> new_local_udp_endpoint(std::uint16_t, const char*,
                                                                      bool) override;

 private:
  /// Runs those who wait, as one of the scheduler's actors.
  class runner final : public caf::resumable {
   public:
    explicit runner(multiplexer& owner) : owner_(owner) {}
    resume_result resume(caf::execution_unit*, std::size_t) override {
      return owner_.run_waiting();
    }
    subtype_t subtype() const override { return unspecified; }
    void intrusive_ptr_add_ref_impl() override {}
    void intrusive_ptr_release_impl() override {}

   private:
    multiplexer& owner_;
  };

  [[nodiscard]] caf::resumable::resume_result run_waiting();
  void run(caf::resumable* what);
  void write_out_all();
  void read_on_all();
  void look_around();
  [[nodiscard]] caf::resumable* take();

  runner runner_{*this};
  std::mutex mutex_;
  std::condition_variable at_rest_;
  ring_queue<caf::resumable*> waiting_;
  bool runs_ = false;  ///< the runner does, or is about to
  std::atomic<std::int64_t> next_handle_{1};
  std::vector<caf::intrusive_ptr<link_scribe>> to_be_written_out_;
  std::vector<caf::intrusive_ptr<link_scribe>> to_read_on_;
  std::array<char, std::size_t{64} * 1024> scratch_{};
  std::set<looked_after*> in_care_;
  known_peers peers_{*this};
  runtime::alarm alarm_;
  caf::intrusive_ptr<event_port> alarm_port_;  ///< while anybody is in care
};

}  // namespace troupe::network
