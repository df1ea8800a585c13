#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "apps/inspect/node_channel.hpp"
#include "protocol/clock.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::inspecting {

/// To a node on this machine, at its control socket.
class control_channel final : public node_channel {
 public:
  static constexpr std::size_t longest_answer = std::size_t{64} * 1024 * 1024;

  /// `socket` is the path of the one that the node serves. Throws failure{bad_value} if no socket
  /// can have that path.
  explicit control_channel(const std::string& socket);
  /// To the control socket that is named. Throws the same.
  explicit control_channel(const control_target& node);

  void interrupt() override;
  [[nodiscard]] std::string name() const override { return to_string(node_); }

 protected:
  std::string exchange(const std::string& question, std::chrono::milliseconds patience) override;

 private:
  control_channel(target node, std::string path);

  void connect();
  void send(std::string_view text, steady_time deadline);
  [[nodiscard]] std::string receive_line(steady_time deadline);
  /// Waits until the connection has any of `events`.
  void wait_for(short events, steady_time deadline) const;

  target node_;
  std::string path_;  ///< of the control socket
  descriptor interruption_;
  descriptor connection_;
};

}  // namespace troupe::inspecting
