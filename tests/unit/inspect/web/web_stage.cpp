#include "tests/unit/inspect/web/web_stage.hpp"

#include <optional>
#include <utility>

#include "apps/inspect/node_channel.hpp"
#include "tests/integration/support/eventually.hpp"

namespace troupe::inspecting::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr auto patience = 10s;

}  // namespace

web_stage::web_stage()
    : door_(directory_.file("node"), [this](const json& question) { return answer(question); }),
      watches_(
          {socket_target{directory_.file("node")}},
          [](const target& node) { return open_channel(node, {}); }, false),
      server_(std::make_unique<web::web_server>(watches_, 0)) {}

std::optional<std::string> web_stage::answer(const json& question) {
  if (!question.contains("do")) return node_.answer(question);
  const std::lock_guard lock{mutex_};
  actions_.push_back(question);
  return answer_to_actions_.dump();
}

httplib::Headers web_stage::headers() const {
  return {{"X-Troupe-Token", server_->token().text()}};
}

httplib::Client web_stage::client() const {
  httplib::Client result{"127.0.0.1", port()};
  result.set_read_timeout(patience);
  return result;
}

httplib::Result web_stage::ask(const json& question) const {
  return client().Post("/ask", headers(), json{{"node", 0}, {"question", question}}.dump(),
                       "application/json");
}

std::vector<json> web_stage::actions() const {
  const std::lock_guard lock{mutex_};
  return actions_;
}

void web_stage::answer_actions(json answer) {
  const std::lock_guard lock{mutex_};
  answer_to_actions_ = std::move(answer);
}

listening_browser::listening_browser(const web_stage& stage)
    : client_("127.0.0.1", stage.port()), thread_([this, headers = stage.headers()] {
        static_cast<void>(client_.Get(
            "/events", headers,
            [this](const httplib::Response& response) {
              status_ = response.status;
              return true;
            },
            [this](const char* text, std::size_t size) {
              const std::lock_guard lock{mutex_};
              heard_.append(text, size);
              return !is_leaving_;
            }));
      }) {}

listening_browser::~listening_browser() {
  is_leaving_ = true;
  client_.stop();
  thread_.join();
}

bool listening_browser::hears(std::string_view type, std::string_view text) const {
  return troupe::test::eventually([&] { return has_heard(type, text); }, patience);
}

bool listening_browser::has_heard(std::string_view type, std::string_view text) const {
  const std::lock_guard lock{mutex_};
  const auto head = "event: " + std::string{type} + "\n";
  for (auto begin = heard_.find(head); begin != std::string::npos;
       begin = heard_.find(head, begin + 1)) {
    const auto end = heard_.find("\n\n", begin);
    if (end == std::string::npos) return false;
    if (std::string_view{heard_}.substr(begin, end - begin).find(text) != std::string::npos)
      return true;
  }
  return false;
}

int listening_browser::status() const {
  static_cast<void>(troupe::test::eventually([&] { return status_ != 0; }, patience));
  return status_;
}

}  // namespace troupe::inspecting::test
