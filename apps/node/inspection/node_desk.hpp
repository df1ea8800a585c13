#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include <nlohmann/json.hpp>

#include "apps/node/inspection/inspected_node.hpp"
#include "apps/node/inspection/kept_answer.hpp"
#include "apps/node/inspection/node_actions.hpp"
#include "protocol/inspection_desk.hpp"

namespace troupe {

/// Answers questions about a node, and has done what is asked for: see protocol/inspection.md.
class node_desk final : public inspection_desk {
 public:
  /// `node` outlives this.
  explicit node_desk(const inspected_node& node);

  /// Nothing takes long any more. From any thread.
  void hurry() { is_ending_ = true; }

  void came(const asker& inspector) override;
  void left(const asker& inspector) override;
  [[nodiscard]] std::string answer(const std::string& question, const asker& inspector) override;

 private:
  [[nodiscard]] nlohmann::json tell(const std::string& what, const nlohmann::json& question);
  [[nodiscard]] nlohmann::json act(const nlohmann::json& order, const asker& inspector);
  [[nodiscard]] std::shared_ptr<const std::string> snapshot(const nlohmann::json& question,
                                                            const asker& inspector);
  [[nodiscard]] nlohmann::json actor(const nlohmann::json& question);
  [[nodiscard]] nlohmann::json events(const nlohmann::json& question);
  [[nodiscard]] nlohmann::json start_trace(const nlohmann::json& question);
  [[nodiscard]] nlohmann::json take_trace();
  [[nodiscard]] nlohmann::json follow_frame();
  void begin_recording(std::chrono::nanoseconds duration);

  const inspected_node& node_;
  std::mutex mutex_;  ///< one inspector after the other
  node_actions actions_;
  std::array<kept_answer, 4> kept_snapshots_;  ///< with and without handlers, may steer or not
  std::atomic<int> inspectors_{0};
  std::atomic<bool> is_ending_{false};
};

}  // namespace troupe
