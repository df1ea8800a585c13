#include <chrono>
#include <cstdint>
#include <set>
#include <string>

#include <doctest/doctest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include "apps/inspect/model/snapshot.hpp"
#include "apps/inspect/web/access_token.hpp"
#include "apps/inspect/web/page_files.hpp"
#include "apps/inspect/web/request_rules.hpp"
#include "apps/inspect/web/seats.hpp"
#include "apps/inspect/web/stage_history.hpp"
#include "apps/inspect/web/trouble_text.hpp"

using namespace troupe;
using namespace troupe::inspecting;
using namespace troupe::inspecting::web;
using namespace std::chrono_literals;

namespace {

snapshot at_second(int second, std::chrono::nanoseconds p50) {
  snapshot result;
  result.node.now = unix_time{std::chrono::seconds{second}};
  stage_facts total;
  total.stage = "total";
  total.last_second.count = 50;
  total.last_second.p50 = p50;
  result.stages = {total, {.stage = "link"}};
  return result;
}

}  // namespace

TEST_CASE("each token is another one, and no guess but the whole of it is right") {
  std::set<std::string> texts;
  for (int i = 0; i < 100; ++i) texts.insert(access_token{}.text());
  CHECK(texts.size() == 100);

  const access_token token;
  CHECK(token.text().size() == 32);
  CHECK(token.is(token.text()));
  CHECK(!token.is(""));
  CHECK(!token.is(token.text().substr(1)));
  CHECK(!token.is(token.text() + "0"));
  auto nearly = token.text();
  nearly.back() = nearly.back() == '0' ? '1' : '0';
  CHECK(!token.is(nearly));
}

TEST_CASE("the page's files are found by their paths, and nothing else is") {
  REQUIRE(find_page_file("/") != nullptr);
  CHECK(find_page_file("/") == find_page_file("/index.html"));
  CHECK(find_page_file("/")->content.find("<!doctype html>") == 0);
  CHECK(find_page_file("/style/base.css")->type == "text/css; charset=utf-8");
  CHECK(find_page_file("/style") == nullptr);
  CHECK(find_page_file("index.html") == nullptr);
  CHECK(find_page_file("") == nullptr);
}

TEST_CASE("at the port that browsers leave out, our own names are served without it as well") {
  const access_token token;
  const auto status = [&](std::uint16_t port, const std::string& host) {
    const request_rules rules{token, port};
    httplib::Request request;
    request.method = "GET";
    request.headers.emplace("Host", host);
    request.headers.emplace("Origin", "http://" + host);
    const auto why = rules.refuse(request, true);
    return why ? why->status : 200;
  };
  for (const auto* const name : {"127.0.0.1", "localhost", "[::1]"}) {
    CAPTURE(name);
    CHECK(status(80, name) == 200);
    CHECK(status(80, name + std::string{":80"}) == 200);
    CHECK(status(8080, name) == 403);
  }
  CHECK(status(80, "evil.example") == 403);
}

TEST_CASE("what is wrong with an actor is told in a word or two, the worst first") {
  actor_trouble trouble;
  CHECK(trouble_text(trouble).empty());
  trouble.is_busy = true;
  CHECK(trouble_text(trouble) == "busy");
  trouble.is_slow_beside_encoding = true;
  CHECK(trouble_text(trouble) == "slow beside encoding");
  trouble.is_slow = true;
  CHECK(trouble_text(trouble) == "slow");
}

TEST_CASE("a seat is taken as long as it is held") {
  seats both{2};
  auto first = both.take();
  const auto second = both.take();
  CHECK(first);
  CHECK(second);
  CHECK(!both.take());
  first.reset();
  CHECK(both.take());
}

TEST_CASE("of the stages' latencies each second is kept once, and only the last minutes") {
  stage_history history;
  history.note(at_second(1000, 90us));
  auto soon = at_second(1000, 95us);
  soon.node.now += 200ms;
  history.note(soon);
  history.note(at_second(1001, 100us));
  CHECK(history.points_noted() == 2);
  const auto points = history.points_after(0);
  REQUIRE(points.size() == 2);
  CHECK(points[0]["stages"]["total"]["p50_us"] == 90.0);
  CHECK(points[1]["unix_s"] == 1001.0);
  CHECK(!points[1]["stages"].contains("link"));
  CHECK(history.points_after(1).size() == 1);
  CHECK(history.points_after(2).empty());

  for (int second = 1002; second < 2000; ++second) history.note(at_second(second, 90us));
  CHECK(history.points_after(0).size() == stage_history::most_points);
}

TEST_CASE("latencies go on being kept when a clock is set back") {
  stage_history history;
  history.note(at_second(1000, 90us));
  history.note(at_second(500, 90us));
  CHECK(history.points_noted() == 2);
}
