#include "apps/inspect/web/web_server.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "apps/common/json_line.hpp"
#include "apps/inspect/text/printable.hpp"
#include "apps/inspect/web/client_stream.hpp"
#include "apps/inspect/web/page_files.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting::web {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// So soon is it seen that a browser has gone.
constexpr auto look_interval = 500ms;
/// So often a browser hears that we are there; it waits for 6 s.
constexpr auto longest_silence = 2s;
/// A comment in the stream, which the page passes over.
constexpr std::string_view sign_of_life = ": here\n\n";
/// For files and refusals, beside all who may take longer.
constexpr std::size_t spare_workers = 4;

/// Nothing but what comes from here is run, shown or asked; no other page may hold this one, and no
/// answer is kept or taken for something else.
const httplib::Headers safety_headers{
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
     "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-store"}};

void refuse(httplib::Response& response, const refusal& why) {
  response.status = why.status;
  response.set_content(json_line(json{{"error", why.reason}}), "application/json");
}

int status_of(failure_kind kind) {
  switch (kind) {
    case failure_kind::bad_value:
      return 422;  // the node has read it, and refuses
    case failure_kind::not_permitted:
      return 403;
    default:
      return 502;
  }
}

/// Writes what has come, or a sign of life, to one browser.
class news_writer {
 public:
  news_writer(news_board& board, std::shared_ptr<void> seat)
      : board_(board), seat_(std::move(seat)) {}

  /// False once the browser is gone.
  bool write(httplib::DataSink& sink) {
    auto news = board_.wait_for_news(cursor_, look_interval);
    const auto now = std::chrono::steady_clock::now();
    if (news.empty() && now - last_ >= longest_silence) news = sign_of_life;
    if (!sink.is_writable()) return false;
    if (news.empty()) return true;
    last_ = now;
    return sink.write(news.data(), news.size());
  }

 private:
  news_board& board_;
  std::shared_ptr<void> seat_;
  news_cursor cursor_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace

web_server::web_server(const node_watches& watches, std::uint16_t port)
    : web_server(watches, listen_on_loopback(port)) {}

web_server::web_server(const node_watches& watches, loopback_listeners listeners)
    : port_(listeners.port),
      rules_(token_, port_),
      board_(watches),
      desk_(watches),
      ending_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      workers_(most_browsers + most_questions + spare_workers) {
  svr_sock_ = listeners.sockets.front().get();  // httplib takes it for a sign that it still serves
  set_default_headers(safety_headers);
  set_payload_max_length(longest_question);
  set_pre_routing_handler(
      [this](const auto& request, auto& response) { return route(request, response); });
  Post("/ask", [this](const auto& request, auto& response) { answer(request, response); });
  room_.emplace(std::move(listeners.sockets), [this](descriptor connection, std::string received) {
    const auto shared = std::make_shared<descriptor>(std::move(connection));
    workers_.enqueue([this, shared, text = std::move(received)] { serve(shared, text); });
  });
}

web_server::~web_server() {
  svr_sock_ = INVALID_SOCKET;  // httplib sends no more
  ::eventfd_write(ending_.get(), 1);
  desk_.close();
  workers_.shutdown();
}

std::string web_server::address() const {
  return fmt::format("http://127.0.0.1:{}/#token={}", port_, token_.text());
}

void web_server::serve(const std::shared_ptr<descriptor>& connection, std::string received) {
  client_stream stream{connection->get(), std::move(received), ending_.get()};
  bool is_closed = false;
  static_cast<void>(process_request(stream, true, is_closed, nullptr));
  ::shutdown(connection->get(), SHUT_WR);
  room_->see_off(std::move(*connection));
}

httplib::Server::HandlerResponse web_server::route(const httplib::Request& request,
                                                   httplib::Response& response) {
  const bool is_get = request.method == "GET";
  const auto* const file = is_get ? find_page_file(request.path) : nullptr;
  if (const auto why = rules_.refuse(request, file != nullptr)) {
    spdlog::info("refused {} {}: {}", printable(request.method), printable(request.path),
                 why->reason);
    refuse(response, *why);
  } else if (file != nullptr) {
    response.set_content(file->content.data(), file->content.size(), std::string{file->type});
  } else if (is_get && request.path == "/events") {
    send_news(response);
  } else if (request.method == "POST" && request.path == "/ask") {
    return HandlerResponse::Unhandled;  // its body is to be read first
  } else {
    refuse(response, {404, "there is no such thing here"});
  }
  return HandlerResponse::Handled;
}

void web_server::send_news(httplib::Response& response) {
  auto seat = browsers_.take();
  if (!seat)
    return refuse(response,
                  {503, fmt::format("{} browsers look already; close one of them", most_browsers)});
  const auto writer = std::make_shared<news_writer>(board_, std::move(seat));
  response.set_chunked_content_provider(
      "text/event-stream",
      [writer](std::size_t, httplib::DataSink& sink) { return writer->write(sink); });
}

void web_server::answer(const httplib::Request& request, httplib::Response& response) {
  const auto seat = questions_.take();
  if (!seat)
    return refuse(response, {503, fmt::format("{} questions are under way already; try again when "
                                              "they are answered",
                                              most_questions)});
  try {
    response.set_content(json_line(answer_to(request.body)), "application/json");
  } catch (const failure& trouble) {
    refuse(response, {status_of(trouble.kind()), trouble.what()});
  }
}

json web_server::answer_to(const std::string& body) {
  const auto asked = json::parse(body, nullptr, false);
  const auto is_fit = asked.is_object() && asked.contains("node") &&
                      asked["node"].is_number_unsigned() && asked.contains("question") &&
                      asked["question"].is_object();
  if (!is_fit)
    throw failure{failure_kind::bad_value,
                  R"(a question is asked as {"node": NUMBER, "question": OBJECT})"};
  const auto node = board_.node(asked["node"].get<std::size_t>());
  if (!node)
    throw failure{failure_kind::bad_value,
                  fmt::format("there is no node {} here", asked["node"].get<std::size_t>())};
  return desk_.ask(*node, asked["question"]);
}

}  // namespace troupe::inspecting::web
