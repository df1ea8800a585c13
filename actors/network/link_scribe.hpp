#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <caf/io/scribe.hpp>

#include "actors/network/byte_stream.hpp"
#include "actors/network/event_port.hpp"
#include "actors/network/link_grammar.hpp"
#include "actors/network/multiplexer.hpp"
#include "protocol/address.hpp"

namespace troupe::network {

/// What a peer may make us hold, whatever it does.
struct link_limits {
  std::size_t message_bytes = std::size_t{64} * 1024;   ///< of one message from it
  std::size_t unsent_bytes = std::size_t{1024} * 1024;  ///< for it
  /// It has so long to say what nodes say first.
  std::chrono::nanoseconds greeting_time = std::chrono::seconds{3};
  /// Then it says something at least so often: CAF does four times a second.
  std::chrono::nanoseconds longest_silence = std::chrono::seconds{2};
  /// And so long after the first it has asked an actor for something.
  std::chrono::nanoseconds asking_time = std::chrono::seconds{5};
  /// Of what waits for it, it takes something at least so often.
  std::chrono::nanoseconds write_timeout = std::chrono::seconds{5};
};

/// One connection to a peer, as CAF's brokers see it. Reads and writes without blocking; ends a
/// connection whose peer does not keep to the limits.
class link_scribe final : public caf::io::scribe, private looked_after {
 public:
  /// An end_reason().
  static constexpr const char* ended_by_peer = "it ended the connection";

  /// To be made in any thread.
  link_scribe(multiplexer& where, byte_stream_ptr stream, node_address peer, initiative whose,
              link_purpose purpose = link_purpose::unknown, const link_limits& limits = {});
  ~link_scribe() override;

  /// From within the multiplexer: hands over to the kernel what it takes.
  void write_out();
  /// From within the multiplexer: goes on with what the peer said.
  void read_on();
  /// Whether it said what nodes say first. From within the multiplexer.
  [[nodiscard]] bool has_greeted() const;
  [[nodiscard]] bool is_over() const { return !stream_; }
  /// From within the multiplexer: it is not wanted here, for a reason that is told in words for
  /// people.
  void refuse(const std::string& reason);
  /// Why the connection is over, in words for people; empty while it is not. From any thread.
  [[nodiscard]] std::string end_reason() const;
  /// From within the multiplexer: ends the connection once what was said has been handed over, and
  /// tells the broker.
  void hang_up();

  // -- for CAF, from within the multiplexer ---

  void configure_read(caf::io::receive_policy::config config) override;
  void ack_writes(bool) override {}
  std::vector<char>& wr_buf() override { return output_; }
  std::vector<char>& rd_buf() override { return message_; }
  void flush() override;
  void graceful_shutdown() override;
  void add_to_loop() override { arm(); }
  void remove_from_loop() override { close(); }
  [[nodiscard]] std::string addr() const override { return peer_.host; }
  [[nodiscard]] std::uint16_t port() const override { return peer_.port; }

 private:
  void look(steady_time now) override;
  void handle(const readiness& news);
  void shake_hands();
  void read();
  /// Hands what is whole to the broker, `budget` pieces at most, which become less; returns how
  /// much that was.
  [[nodiscard]] std::size_t pass_on(std::span<const char> input, std::size_t& budget);
  void pass_on_what_waits(std::size_t& budget);
  void introduce_peer();
  void fail(const std::string& reason);
  void note_end(const std::string& reason);
  void arm();
  void close();

  multiplexer& multiplexer_;
  byte_stream_ptr stream_;
  node_address peer_;
  link_limits limits_;
  caf::intrusive_ptr<event_port> events_;
  bool open_ = false;
  bool has_shaken_hands_ = false;
  mutable std::mutex mutex_;
  std::string end_reason_;

  std::size_t wanted_ = 0;      ///< bytes that make the next message
  bool takes_less_ = false;     ///< it may be shorter
  std::vector<char> message_;   ///< whole, on its way to the broker
  std::vector<char> incoming_;  ///< what comes after it
  std::size_t passed_on_ = 0;   ///< of that
  bool is_to_read_on_ = false;

  std::vector<char> output_;
  std::size_t written_ = 0;  ///< of the output
  bool is_to_be_written_out_ = false;
  bool awaits_room_ = false;
  steady_time last_taken_;  ///< by the peer, of the output; or since when there is any

  initiative whose_;
  link_grammar grammar_;
  bool is_introduced_ = false;
  steady_time opened_;
  steady_time last_heard_;
  std::uint64_t heard_ = 0;  ///< messages
};

}  // namespace troupe::network
