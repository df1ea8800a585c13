#pragma once

#include <thread>
#include <vector>

#include "apps/inspect/node_channel.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::inspecting {

/// Interrupts channels once a descriptor can be read, as that of the signals that end a program,
/// while somebody waits for their answers.
class channel_interrupter {
 public:
  /// `channels` outlive it.
  channel_interrupter(int awaited, std::vector<node_channel*> channels);
  channel_interrupter(const channel_interrupter&) = delete;
  channel_interrupter& operator=(const channel_interrupter&) = delete;
  ~channel_interrupter();

 private:
  void wait_for(int awaited) const;

  std::vector<node_channel*> channels_;
  descriptor ending_;    ///< readable at the end
  std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace troupe::inspecting
