#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <httplib.h>
#include <nlohmann/json_fwd.hpp>

#include "apps/inspect/node_watches.hpp"
#include "apps/inspect/web/access_token.hpp"
#include "apps/inspect/web/loopback_listeners.hpp"
#include "apps/inspect/web/news_board.hpp"
#include "apps/inspect/web/question_desk.hpp"
#include "apps/inspect/web/request_rules.hpp"
#include "apps/inspect/web/seats.hpp"
#include "apps/inspect/web/waiting_room.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::inspecting::web {

/// Serves the page, on loopback, to whoever has the token:
/// - GET / and the files of the page (without the token);
/// - GET /events: what is known of the nodes, as it comes, by server-sent events;
/// - POST /ask with {"node": 0, "question": {…}}: the node's answer.
class web_server : private httplib::Server {
 public:
  static constexpr std::size_t most_browsers = 16;
  static constexpr std::size_t most_questions = 6;  ///< under way at once
  static constexpr std::size_t longest_question = 16UL * 1024;

  /// Serves until it is destroyed, by threads of its own. `watches` outlive it. Throws
  /// failure{cannot_create}.
  web_server(const node_watches& watches, std::uint16_t port);
  web_server(const web_server&) = delete;
  web_server& operator=(const web_server&) = delete;
  ~web_server() override;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const access_token& token() const { return token_; }
  /// The page's, with the token: "http://127.0.0.1:8080/#token=…".
  [[nodiscard]] std::string address() const;

 private:
  web_server(const node_watches& watches, loopback_listeners listeners);

  void serve(const std::shared_ptr<descriptor>& connection, std::string received);
  [[nodiscard]] HandlerResponse route(const httplib::Request& request, httplib::Response& response);
  void send_news(httplib::Response& response);
  void answer(const httplib::Request& request, httplib::Response& response);
  [[nodiscard]] nlohmann::json answer_to(const std::string& body);

  std::uint16_t port_;
  access_token token_;
  request_rules rules_;
  news_board board_;
  seats browsers_{most_browsers};
  seats questions_{most_questions};
  question_desk desk_;
  descriptor ending_;  ///< readable at the end
  httplib::ThreadPool workers_;
  std::optional<waiting_room> room_;  ///< last: it hands out work for all of the above
};

}  // namespace troupe::inspecting::web
