#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include <httplib.h>

#include "protocol/clock.hpp"

namespace troupe::inspecting::web {

/// One connection, as httplib reads and writes it. Whoever sends or takes too slowly is given up.
class client_stream final : public httplib::Stream {
 public:
  /// What is left of a request has to come within this.
  static constexpr std::chrono::seconds longest_request{5};
  /// Somebody who takes nothing for so long is gone.
  static constexpr std::chrono::seconds longest_standstill{10};

  /// `received` was read before. `ending`, once it is readable, ends all waiting.
  client_stream(int socket, std::string received, int ending);

  [[nodiscard]] bool is_readable() const override;
  /// Whether the other end is still there: it may have no room just now.
  [[nodiscard]] bool is_writable() const override;
  ssize_t read(char* target, size_t size) override;
  ssize_t write(const char* source, size_t size) override;
  void get_remote_ip_and_port(std::string& address, int& port) const override;
  void get_local_ip_and_port(std::string& address, int& port) const override;
  /// None: httplib wants it for its own waiting only, which refuses great ones.
  [[nodiscard]] socket_t socket() const override { return -1; }

 private:
  [[nodiscard]] bool wait_for(short event, steady_time deadline) const;

  int socket_;
  std::string received_;
  std::size_t taken_ = 0;
  int ending_;
  steady_time deadline_;
};

}  // namespace troupe::inspecting::web
