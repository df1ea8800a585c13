#include "apps/inspect/web/web_server.hpp"

#include <list>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include "apps/inspect/web/waiting_room.hpp"
#include "tests/integration/support/eventually.hpp"
#include "tests/unit/inspect/web/plain_visitor.hpp"
#include "tests/unit/inspect/web/web_stage.hpp"

using namespace troupe::inspecting::test;
using nlohmann::json;
using troupe::inspecting::web::waiting_room;
using troupe::inspecting::web::web_server;
using troupe::test::eventually;
using namespace std::chrono_literals;

namespace {

const json restart_of_source{{"do", "restart"}, {"actor", "source"}};
const std::string asked = json{{"node", 0}, {"question", restart_of_source}}.dump();

std::string error_in(const httplib::Result& result) {
  return json::parse(result->body).at("error").get<std::string>();
}

/// 0 if there was no answer.
int status_of(const httplib::Result& result) { return result ? result->status : 0; }

/// All that is logged while it lives. Nobody may log while it comes or goes.
class heard_log {
 public:
  heard_log() {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "heard", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)));
  }
  heard_log(const heard_log&) = delete;
  heard_log& operator=(const heard_log&) = delete;
  ~heard_log() { spdlog::set_default_logger(before_); }

  /// To be asked once nobody logs any more.
  [[nodiscard]] std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
};

/// Both ends of many connections are this process's.
void allow_descriptors(rlim_t count) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= count) return;
  limit.rlim_cur = std::min(count, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

TEST_CASE("the page is there for everybody of the machine, what it shows only with the token") {
  web_stage stage;
  auto client = stage.client();
  for (const auto* const path :
       {"/", "/index.html", "/main.js", "/style/base.css", "/icon.svg", "/views/overview.js"}) {
    CAPTURE(path);
    const auto file = client.Get(path);
    REQUIRE(file);
    CHECK(file->status == 200);
    CHECK(!file->body.empty());
  }
  CHECK(client.Get("/main.js")->get_header_value("Content-Type") ==
        "text/javascript; charset=utf-8");

  CHECK(status_of(client.Get("/events")) == 401);
  CHECK(status_of(client.Post("/ask", asked, "application/json")) == 401);
  const httplib::Headers wrong{{"X-Troupe-Token", std::string(32, '0')}};
  CHECK(status_of(client.Get("/events", wrong)) == 401);
  CHECK(status_of(client.Post("/ask", wrong, asked, "application/json")) == 401);
  CHECK(stage.actions().empty());
}

TEST_CASE("what is not there is not told without the token either") {
  web_stage stage;
  auto client = stage.client();
  CHECK(status_of(client.Get("/../../etc/passwd")) == 401);
  CHECK(status_of(client.Get("/nothing", stage.headers())) == 404);
  CHECK(status_of(client.Delete("/", stage.headers())) == 404);
  CHECK(status_of(client.Options("/ask", stage.headers())) == 404);
}

TEST_CASE("what somebody without the token asks for cannot act on the terminal by the log") {
  const heard_log log;
  web_stage stage;
  const plain_visitor visitor{stage.port()};
  visitor.say("GET /%1b%5b2Jgone HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(stage.port()) +
              "\r\n\r\n");
  CHECK(visitor.hear_all().starts_with("HTTP/1.1 401"));
  stage.end_server();
  CHECK(log.text().find("refused GET /?[2Jgone: ") != std::string::npos);
}

TEST_CASE("no other page may hold this one, run in it or take its answers") {
  web_stage stage;
  auto client = stage.client();
  for (const auto* const path : {"/", "/events", "/nothing"}) {
    CAPTURE(path);
    const auto answer = client.Get(path);
    const auto policy = answer->get_header_value("Content-Security-Policy");
    CHECK(policy.find("default-src 'none'; script-src 'self'; style-src 'self'") == 0);
    CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
    CHECK(answer->get_header_value("X-Content-Type-Options") == "nosniff");
    CHECK(answer->get_header_value("Referrer-Policy") == "no-referrer");
    CHECK(answer->get_header_value("Cross-Origin-Resource-Policy") == "same-origin");
    CHECK(!answer->has_header("Access-Control-Allow-Origin"));
  }
}

TEST_CASE("a page of another site gets nothing, whether by its own name or by ours") {
  web_stage stage;
  auto client = stage.client();
  const auto with = [&](const std::string& name, const std::string& value) {
    auto headers = stage.headers();
    headers.emplace(name, value);
    return headers;
  };
  const auto own = "127.0.0.1:" + std::to_string(stage.port());

  SUBCASE("that has its own name lead here") {
    for (const auto& host :
         {std::string{"evil.example"}, "evil.example:" + std::to_string(stage.port()),
          std::string{"127.0.0.1"}, std::string{"127.0.0.1:1"}}) {
      CAPTURE(host);
      CHECK(status_of(client.Get("/", with("Host", host))) == 403);
      CHECK(status_of(client.Get("/events", with("Host", host))) == 403);
      const auto action = client.Post("/ask", with("Host", host), asked, "application/json");
      CHECK(action->status == 403);
      CHECK(error_in(action).find(own) != std::string::npos);
    }
  }
  SUBCASE("that has its browser send requests here") {
    for (const auto* const origin : {"http://evil.example", "null", "https://127.0.0.1"}) {
      CAPTURE(origin);
      CHECK(status_of(client.Get("/events", with("Origin", origin))) == 403);
      const auto action = client.Post("/ask", with("Origin", origin), asked, "application/json");
      CHECK(action->status == 403);
      CHECK(!error_in(action).empty());
    }
    CHECK(status_of(client.Get("/main.js", with("Sec-Fetch-Site", "cross-site"))) == 403);
  }
  CHECK(stage.actions().empty());
}

TEST_CASE("our own page is served under each of the machine's names for itself") {
  web_stage stage;
  auto client = stage.client();
  for (const auto* const name : {"127.0.0.1", "localhost", "[::1]"}) {
    CAPTURE(name);
    const auto own = name + (":" + std::to_string(stage.port()));
    auto headers = stage.headers();
    headers.emplace("Host", own);
    headers.emplace("Origin", "http://" + own);
    headers.emplace("Sec-Fetch-Site", "same-origin");
    CHECK(status_of(client.Post("/ask", headers, asked, "application/json")) == 200);
  }
  CHECK(stage.actions().size() == 3);
}

TEST_CASE("the page is at the machine's newer address as well, where it has one") {
  web_stage stage;
  httplib::Client client{"::1", stage.port()};
  const auto page = client.Get("/");
  if (!page) {
    MESSAGE("this machine has no ::1");
    return;
  }
  CHECK(page->status == 200);
  CHECK(status_of(client.Get("/events")) == 401);
}

TEST_CASE("an action comes to the node, and what it says comes back") {
  web_stage stage;
  stage.answer_actions({{"version", 1}, {"done", "source was restarted"}});
  REQUIRE(eventually([&] { return status_of(stage.ask({{"ask", "snapshot"}})) == 200; }, 10s));
  const auto done = stage.ask(restart_of_source);
  CHECK(done->status == 200);
  CHECK(json::parse(done->body)["done"] == "source was restarted");
  REQUIRE(stage.actions().size() == 1);
  CHECK(stage.actions().front() == restart_of_source);

  stage.answer_actions({{"version", 1}, {"error", "there is no actor \"sauce\""}});
  const auto refused = stage.ask({{"do", "restart"}, {"actor", "sauce"}});
  CHECK(refused->status == 422);
  CHECK(error_in(refused).find("there is no actor \"sauce\"") != std::string::npos);
}

TEST_CASE("a question that is none is refused with what it should be") {
  web_stage stage;
  auto client = stage.client();
  const auto post = [&](const std::string& body, const char* type) {
    return client.Post("/ask", stage.headers(), body, type);
  };
  CHECK(status_of(post(asked, "text/plain")) == 415);
  CHECK(status_of(post(asked, "application/x-www-form-urlencoded")) == 415);
  for (const auto* const body : {"", "[]", "{", "{\"node\":0}", "{\"node\":-1,\"question\":{}}",
                                 "{\"node\":7,\"question\":{}}", "{\"node\":0,\"question\":[]}"}) {
    CAPTURE(body);
    const auto refused = post(body, "application/json");
    CHECK(refused->status == 422);
    CHECK(!error_in(refused).empty());
  }
}

TEST_CASE("what is too long is refused, and no answer to it is lost") {
  web_stage stage;
  auto client = stage.client();
  const std::string body(web_server::longest_question + 1, ' ');
  CHECK(status_of(client.Post("/ask", stage.headers(), body, "application/json")) == 413);

  plain_visitor visitor{stage.port()};
  visitor.say("GET / HTTP/1.1\r\nX: " + std::string(waiting_room::longest_head, 'x'));
  CHECK(visitor.hear_all().empty());

  plain_visitor piecemeal{stage.port()};
  piecemeal.say("POST /ask HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(stage.port()) +
                "\r\nX-Troupe-Token: " + stage.server().token().text() +
                "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  CHECK(piecemeal.hear_all().starts_with("HTTP/1.1 411"));
}

TEST_CASE("a browser hears of the node what there is, and then what is new") {
  web_stage stage;
  stage.node().happens("source failed: no reason");
  listening_browser browser{stage};
  CHECK(browser.hears("nodes", "[0]"));
  CHECK(browser.hears("node", R"("state":"present")"));
  CHECK(browser.hears("snapshot", R"("name":"kitchen")"));
  CHECK(browser.hears("events", "source failed: no reason"));
  CHECK(browser.hears("history", R"("p99_us")"));
  CHECK(browser.hears("snapshot", R"("produced_per_second":50.0)"));

  stage.node().happens("source was restarted");
  CHECK(browser.hears("events", "source was restarted"));
}

TEST_CASE("a browser that comes later hears what happened before, and each its own") {
  web_stage stage;
  stage.node().happens("something early");
  const listening_browser first{stage};
  CHECK(first.hears("events", "something early"));
  const listening_browser second{stage};
  CHECK(second.hears("events", "something early"));
}

TEST_CASE("so many browsers look at once and no more, until one of them leaves") {
  web_stage stage;
  std::list<listening_browser> browsers;
  for (std::size_t i = 0; i < web_server::most_browsers; ++i) {
    browsers.emplace_back(stage);
    REQUIRE(browsers.back().status() == 200);
  }
  const auto refused = stage.client().Get("/events", stage.headers());
  CHECK(refused->status == 503);
  CHECK(!error_in(refused).empty());
  // Questions and files are served all the same.
  CHECK(status_of(stage.client().Get("/")) == 200);
  CHECK(status_of(stage.ask({{"ask", "snapshot"}})) == 200);

  browsers.pop_front();
  CHECK(eventually(
      [&] {
        const listening_browser next{stage};
        return next.status() == 200;
      },
      10s));
}

TEST_CASE("a browser that does not read holds up nobody") {
  web_stage stage;
  std::vector<plain_visitor> deaf;
  for (std::size_t i = 0; i + 1 < web_server::most_browsers; ++i) {
    deaf.emplace_back(stage.port());
    deaf.back().say("GET /events HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(stage.port()) +
                    "\r\nX-Troupe-Token: " + stage.server().token().text() + "\r\n\r\n");
  }
  const listening_browser browser{stage};
  // More than the kernel keeps for any of them.
  stage.node().happens(std::string(1'000'000, 'x'));
  stage.node().happens("heard in spite of them");
  CHECK(browser.hears("events", "heard in spite of them"));
  CHECK(status_of(stage.ask({{"ask", "snapshot"}})) == 200);
}

TEST_CASE("a thousand idle connections, and as many half requests, hurt nobody") {
  allow_descriptors(4096);
  web_stage stage;
  const listening_browser browser{stage};
  REQUIRE(browser.hears("snapshot", "kitchen"));
  std::vector<plain_visitor> idle;
  for (int i = 0; i < 1000; ++i) {
    idle.emplace_back(stage.port());
    if (i % 2 == 0) idle.back().say("GET / HTTP/1.1\r\nHost: 127.");
    if (i % 5 == 0) idle.back().stop_talking();
  }
  CHECK(status_of(stage.client().Get("/")) == 200);
  CHECK(status_of(stage.ask({{"ask", "snapshot"}})) == 200);
  stage.node().happens("heard beside a thousand");
  CHECK(browser.hears("events", "heard beside a thousand"));
}

TEST_CASE("a request that comes in pieces is served when it is whole") {
  web_stage stage;
  const plain_visitor slow{stage.port()};
  const auto request =
      "GET /icon.svg HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(stage.port()) + "\r\n\r\n";
  for (const auto character : request) {
    slow.say(std::string{character});
    std::this_thread::sleep_for(1ms);
  }
  CHECK(slow.hear_all().starts_with("HTTP/1.1 200"));
}

TEST_CASE("what is no HTTP is refused") {
  web_stage stage;
  const plain_visitor stranger{stage.port()};
  stranger.say("what is this?\r\n\r\n");
  CHECK(stranger.hear_all().starts_with("HTTP/1.1 400"));
  CHECK(status_of(stage.client().Get("/")) == 200);
}

TEST_CASE("the server ends at once while browsers look and a question is under way") {
  web_stage stage;
  const listening_browser browser{stage};
  REQUIRE(browser.hears("snapshot", "kitchen"));
  const auto before = std::chrono::steady_clock::now();
  stage.end_server();
  CHECK(std::chrono::steady_clock::now() - before < 5s);
}
