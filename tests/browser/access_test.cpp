#include <string>

#include <doctest/doctest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include "tests/browser/support/inspected_page.hpp"
#include "tests/browser/support/staged_node.hpp"
#include "tests/integration/support/loopback.hpp"
#include "tests/integration/support/temporary_directory.hpp"

using namespace troupe::test;
using nlohmann::json;

namespace {

/// A page of another site.
class other_site {
 public:
  other_site() {
    server_.Get("/", [](const httplib::Request&, httplib::Response& response) {
      response.set_content("<!doctype html><title>other</title>", "text/html");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread{[this] { server_.listen_after_bind(); }};
  }
  other_site(const other_site&) = delete;
  other_site& operator=(const other_site&) = delete;
  ~other_site() {
    server_.stop();
    thread_.join();
  }

  [[nodiscard]] std::string address() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/";
  }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace

TEST_CASE("without the token the page shows nothing, with it typed in it does") {
  const temporary_directory directory;
  const staged_node node{directory / "node"};
  running_inspector inspector{{node.socket()}};
  browser shown;
  shown.open(inspector.bare_address());
  CHECK(shown.waits_for("return document.querySelector('#token')"));
  CHECK(shown.run("return document.querySelectorAll('.actor, .node-card, .grid-row').length") == 0);
  CHECK(shown.run("return document.body.textContent.includes('kitchen')") == false);

  shown.click("#token");
  shown.type(inspector.address());
  shown.press(browser::enter);
  CHECK(shown.waits_for("return document.body.textContent.includes('kitchen')"));
}

TEST_CASE(
    "a wrong token is refused with what to do, and the right one is not left in the address") {
  const temporary_directory directory;
  const staged_node node{directory / "node"};
  running_inspector inspector{{node.socket()}};
  browser shown;
  shown.open(inspector.bare_address() + "#token=" + std::string(32, '0'));
  CHECK(shown.waits_for("return document.querySelector('#token')"));
  CHECK(shown.waits_for("return document.body.textContent.includes('not that of this inspector')"));

  shown.open_tab(inspector.address());
  CHECK(shown.waits_for("return document.body.textContent.includes('kitchen')"));
  CHECK(shown.run("return location.href") == inspector.bare_address() + "#/overview");
}

TEST_CASE("a page of another site neither reads nor steers, even if it knows the token") {
  const temporary_directory directory;
  const staged_node node{directory / "node"};
  running_inspector inspector{{node.socket()}};
  const other_site site;
  browser shown;
  shown.open(site.address());
  const auto tried = [&](const std::string& options) {
    return shown.run(
        "return fetch(arguments[0] + 'ask', {method: 'POST', body: arguments[1], " + options +
            "}).then((answer) => answer.type + answer.status, () => 'failed')",
        {inspector.bare_address(),
         json{{"node", 0}, {"question", {{"do", "restart"}, {"actor", "source"}}}}.dump()});
  };
  // Its browser asks first whether it may send such headers, and it may not.
  CHECK(tried("headers: {'Content-Type': 'application/json', 'X-Troupe-Token': '" +
              inspector.token() + "'}") == "failed");
  // Without them the request is sent, and refused; that page is not to see how.
  CHECK(tried("mode: 'no-cors'") == "failed");
  CHECK(shown.run("return fetch(arguments[0] + 'events').then(() => 'read', () => 'failed')",
                  {inspector.bare_address()}) == "failed");
  CHECK(shown.run("const frame = document.createElement('iframe'); frame.src = arguments[0];"
                  "const loaded = new Promise((resolve) => { frame.onload = resolve; });"
                  "document.body.append(frame); await loaded;"
                  "try { return frame.contentDocument?.body?.textContent ?? 'closed' } catch { "
                  "return 'closed' }",
                  {inspector.bare_address()}) == "closed");
  CHECK(node.actions().empty());
}

TEST_CASE("another site's name that leads to this machine is refused") {
  const temporary_directory directory;
  const staged_node node{directory / "node"};
  running_inspector inspector{{node.socket()}};
  browser shown{{"--host-resolver-rules=MAP evil.example 127.0.0.1"}};
  shown.open("http://evil.example:" + std::to_string(inspector.port()) + "/");
  const auto text = shown.run("return document.body.textContent").get<std::string>();
  CHECK(text.find("requests are for the host 127.0.0.1") != std::string::npos);
  CHECK(
      shown.run(
          "return fetch('/ask', {method: 'POST', body: '{}', headers: {'Content-Type':"
          " 'application/json', 'X-Troupe-Token': arguments[0]}}).then((answer) => answer.status)",
          {inspector.token()}) == 403);
}
