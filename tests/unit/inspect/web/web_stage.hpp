#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <httplib.h>
#include <nlohmann/json.hpp>

#include "apps/inspect/node_watches.hpp"
#include "apps/inspect/web/web_server.hpp"
#include "tests/unit/inspect/support/fake_node.hpp"
#include "tests/unit/inspect/support/pretended_node.hpp"
#include "tests/unit/listen/scratch_directory.hpp"

namespace troupe::inspecting::test {

/// A node that is pretended, and an inspector's page for it.
class web_stage {
 public:
  web_stage();

  [[nodiscard]] pretended_node& node() { return node_; }
  [[nodiscard]] web::web_server& server() { return *server_; }
  [[nodiscard]] int port() const { return server_->port(); }
  /// What the page's own browser sends along.
  [[nodiscard]] httplib::Headers headers() const;

  [[nodiscard]] httplib::Client client() const;
  /// The answer to a question that is asked as the page asks it.
  [[nodiscard]] httplib::Result ask(const nlohmann::json& question) const;

  /// Actions that came to the node.
  [[nodiscard]] std::vector<nlohmann::json> actions() const;
  /// So the node answers actions.
  void answer_actions(nlohmann::json answer);

  /// Ends the server before the stage does.
  void end_server() { server_.reset(); }

 private:
  [[nodiscard]] std::optional<std::string> answer(const nlohmann::json& question);

  listening::test::scratch_directory directory_;
  pretended_node node_{"kitchen"};
  mutable std::mutex mutex_;
  nlohmann::json answer_to_actions_{{"version", 1}, {"done", "it is done"}};
  std::vector<nlohmann::json> actions_;
  fake_node door_;
  node_watches watches_;
  std::unique_ptr<web::web_server> server_;
};

/// A browser that listens to the events.
class listening_browser {
 public:
  explicit listening_browser(const web_stage& stage);
  listening_browser(const listening_browser&) = delete;
  listening_browser& operator=(const listening_browser&) = delete;
  ~listening_browser();

  /// Waits until an event of that type has come whose data holds `text`, for a few seconds at most.
  [[nodiscard]] bool hears(std::string_view type, std::string_view text) const;
  /// The answer's status, once it has begun; 0 if none comes.
  [[nodiscard]] int status() const;

 private:
  [[nodiscard]] bool has_heard(std::string_view type, std::string_view text) const;

  mutable std::mutex mutex_;
  std::string heard_;
  std::atomic<int> status_ = 0;
  std::atomic<bool> is_leaving_ = false;
  httplib::Client client_;
  std::thread thread_;
};

}  // namespace troupe::inspecting::test
