#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include <nlohmann/json.hpp>

#include "actors/network/refusal_log.hpp"
#include "apps/node/inspection/inspected_node.hpp"
#include "apps/node/inspection/kept_answer.hpp"
#include "apps/node/inspection/node_actions.hpp"
#include "protocol/clock.hpp"
#include "protocol/inspection_desk.hpp"

namespace troupe {

/// Answers questions about a node, and has done what is asked for: see protocol/inspection.md.
class node_desk final : public inspection_desk {
 public:
  /// `node` outlives this.
  explicit node_desk(const inspected_node& node);

  /// Whether the answer to a question takes its time: up to 3 s, or as long as it takes to write
  /// tens of MiB.
  [[nodiscard]] static bool takes_long(const std::string& question);

  /// Nothing takes long any more: who waits is answered at once. From any thread.
  void hurry();

  void came(const asker& inspector) override;
  void left(const asker& inspector) override;
  [[nodiscard]] std::string answer(const std::string& question, const asker& inspector) override;

 private:
  [[nodiscard]] nlohmann::json tell(const std::string& what, const nlohmann::json& question);
  [[nodiscard]] nlohmann::json act(const nlohmann::json& order, const asker& inspector);
  [[noreturn]] void refuse(const nlohmann::json& order, const asker& inspector);
  [[nodiscard]] std::shared_ptr<const std::string> snapshot(const nlohmann::json& question,
                                                            const asker& inspector);
  [[nodiscard]] nlohmann::json actor(const nlohmann::json& question);
  [[nodiscard]] nlohmann::json events(const nlohmann::json& question);
  [[nodiscard]] nlohmann::json start_trace(const nlohmann::json& question);
  [[nodiscard]] std::string take_trace();
  [[nodiscard]] nlohmann::json follow_frame();
  void begin_recording(steady_time until);
  [[nodiscard]] bool ends_before(steady_time then);

  const inspected_node& node_;
  std::mutex mutex_;  ///< one inspector after the other
  node_actions actions_;
  network::refusal_log refusals_;
  std::array<kept_answer, 4> kept_snapshots_;  ///< with and without handlers, may steer or not
  std::atomic<int> inspectors_{0};
  std::mutex ending_mutex_;
  std::condition_variable ending_;
  std::atomic<bool> is_ending_{false};  ///< is set with the lock closed
};

}  // namespace troupe
