#include "tests/browser/support/browser.hpp"

#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include <unistd.h>

#include "tests/integration/support/eventually.hpp"
#include "tests/integration/support/loopback.hpp"

namespace troupe::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto longest_command = 60s;

/// Of the bytes that `text`, base64 without line ends, stands for.
std::string decoded(std::string_view text) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned gathered = 0;
  int bits = 0;
  for (const auto each : text) {
    const auto value = digits.find(each);
    if (value == std::string_view::npos) break;
    gathered = (gathered << 6U) | static_cast<unsigned>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>((gathered >> static_cast<unsigned>(bits)) & 0xFFU);
  }
  return bytes;
}

/// The UTF-8 sequences of a text, each by itself.
std::vector<std::string> characters_of(std::string_view text) {
  std::vector<std::string> result;
  for (const auto each : text) {
    const bool continues = (static_cast<unsigned char>(each) & 0xC0U) == 0x80U;
    if (!continues || result.empty()) result.emplace_back();
    result.back() += each;
  }
  return result;
}

json options_for(const std::vector<std::string>& arguments, const std::filesystem::path& profile) {
  auto all =
      json::array({"--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                   "--hide-scrollbars", "--user-data-dir=" + profile.string()});
  if (::geteuid() == 0) all.push_back("--no-sandbox");
  for (const auto& each : arguments) all.push_back(each);
  return {{"capabilities",
           {{"alwaysMatch",
             {{"goog:chromeOptions", {{"args", std::move(all)}}},
              {"goog:loggingPrefs", {{"browser", "ALL"}}}}}}}};
}

}  // namespace

browser::browser(const std::vector<std::string>& arguments)
    : port_(free_port()),
      driver_("chromedriver", {"--port=" + std::to_string(port_)}),
      client_("127.0.0.1", port_) {
  client_.set_read_timeout(longest_command);
  const auto is_ready = [&] { return static_cast<bool>(client_.Get("/status")); };
  if (!eventually(is_ready, patience)) throw std::runtime_error{"chromedriver does not answer"};
  session_ = command("/session", options_for(arguments, profile_.path()))["sessionId"];
}

/// Without its driver, Chromium would go on.
browser::~browser() {
  if (!session_.empty()) client_.Delete("/session/" + session_);
}

json browser::command(const std::string& path, const json& body) {
  const auto result = client_.Post(path, body.dump(), "application/json");
  if (!result) throw std::runtime_error{path + ": " + to_string(result.error())};
  auto value = json::parse(result->body).at("value");
  if (result->status != 200) throw std::runtime_error{path + ": " + value.dump()};
  return value;
}

json browser::tool(const std::string& name, const json& parameters) {
  return drive("/goog/cdp/execute", {{"cmd", name}, {"params", parameters}});
}

void browser::open(const std::string& address) { drive("/url", {{"url", address}}); }

void browser::open_tab(const std::string& address) {
  const auto tab_handle = drive("/window/new", {{"type", "tab"}})["handle"];
  drive("/window", {{"handle", tab_handle}});
  open(address);
}

void browser::go_to_tab(std::size_t number) {
  const auto handles = json::parse(client_.Get("/session/" + session_ + "/window/handles")->body);
  drive("/window", {{"handle", handles.at("value").at(number)}});
}

json browser::run(const std::string& script, json arguments) {
  return drive("/execute/sync", {{"script", script}, {"args", std::move(arguments)}});
}

bool browser::waits_for(const std::string& script, std::chrono::milliseconds longest) {
  return eventually(
      [&] { return run("return Boolean(await (async () => {" + script + "})())") == true; },
      longest);
}

void browser::press(std::string_view key) { type(key); }

void browser::type(std::string_view text) {
  auto actions = json::array();
  for (const auto& each : characters_of(text)) {
    actions.push_back({{"type", "keyDown"}, {"value", each}});
    actions.push_back({{"type", "keyUp"}, {"value", each}});
  }
  const json keyboard{{"type", "key"}, {"id", "keyboard"}, {"actions", std::move(actions)}};
  drive("/actions", {{"actions", json::array({keyboard})}});
}

void browser::click(const std::string& selector) {
  const auto element = drive("/element", {{"using", "css selector"}, {"value", selector}});
  drive("/element/" + element.begin()->get<std::string>() + "/click", json::object());
}

void browser::show_in(colour_scheme scheme, int width, int height) {
  const auto* const value = scheme == colour_scheme::dark ? "dark" : "light";
  tool("Emulation.setEmulatedMedia",
       {{"features", json::array({{{"name", "prefers-color-scheme"}, {"value", value}}})}});
  tool("Emulation.setDeviceMetricsOverride",
       {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", width < 500}});
}

void browser::save_picture(const std::filesystem::path& file) {
  std::filesystem::create_directories(file.parent_path());
  const auto picture = tool("Page.captureScreenshot", {{"captureBeyondViewport", true}});
  std::ofstream{file, std::ios::binary} << decoded(picture.at("data").get<std::string>());
}

std::vector<std::string> browser::complaints() {
  std::vector<std::string> result;
  for (const auto& each : drive("/se/log", {{"type", "browser"}}))
    if (each.at("level") == "SEVERE" || each.at("level") == "WARNING")
      result.push_back(each.at("message").get<std::string>());
  return result;
}

}  // namespace troupe::test
