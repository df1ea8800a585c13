#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "apps/inspect/node_channel.hpp"
#include "apps/inspect/node_watches.hpp"
#include "apps/inspect/target.hpp"

namespace troupe::inspecting::web {

/// Asks nodes what browsers want to know, one question at a time each. For any thread.
class question_desk {
 public:
  /// `watches` outlive it.
  explicit question_desk(const node_watches& watches) : watches_(watches) {}

  /// Throws failure as node_channel::ask does.
  [[nodiscard]] nlohmann::json ask(const target& node, const nlohmann::json& question);

  /// Has all questions fail, those under way and those to come.
  void close();

 private:
  struct line {
    std::unique_ptr<node_channel> channel;
    std::mutex mutex;  ///< of whoever asks
  };

  [[nodiscard]] line& line_to(const target& node);

  const node_watches& watches_;
  std::mutex mutex_;
  bool is_closed_ = false;
  std::map<std::string, line> lines_;  ///< by target
};

}  // namespace troupe::inspecting::web
