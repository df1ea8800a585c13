#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <httplib.h>
#include <nlohmann/json.hpp>

#include "tests/integration/support/child_process.hpp"
#include "tests/integration/support/temporary_directory.hpp"

namespace troupe::test {

enum class colour_scheme { light, dark };

/// A headless Chromium with a new profile, driven through chromedriver (WebDriver,
/// https://www.w3.org/TR/webdriver2/). All throw std::runtime_error where the browser refuses.
class browser {
 public:
  static constexpr std::chrono::milliseconds patience{15'000};

  /// Keys as WebDriver names them.
  static constexpr std::string_view tab = "\uE004";
  static constexpr std::string_view enter = "\uE007";
  static constexpr std::string_view escape = "\uE00C";
  static constexpr std::string_view end = "\uE010";
  static constexpr std::string_view left = "\uE012";
  static constexpr std::string_view up = "\uE013";
  static constexpr std::string_view right = "\uE014";
  static constexpr std::string_view down = "\uE015";

  /// `arguments` are for Chromium.
  explicit browser(const std::vector<std::string>& arguments = {});
  browser(const browser&) = delete;
  browser& operator=(const browser&) = delete;
  ~browser();

  void open(const std::string& address);
  /// Shows another address in a tab of its own, or the one of that number again.
  void open_tab(const std::string& address);
  void go_to_tab(std::size_t number);

  /// What a function with that body returns; it may be a promise.
  nlohmann::json run(const std::string& script, nlohmann::json arguments = nlohmann::json::array());
  /// Runs it again and again until it returns something that is true. Returns whether it did.
  [[nodiscard]] bool waits_for(const std::string& script,
                               std::chrono::milliseconds longest = patience);

  void press(std::string_view key);
  /// Text into whatever has the focus.
  void type(std::string_view text);
  void click(const std::string& selector);

  void show_in(colour_scheme scheme, int width, int height);
  void save_picture(const std::filesystem::path& file);

  /// What the browser has complained of in its console since it was asked last.
  [[nodiscard]] std::vector<std::string> complaints();

 private:
  nlohmann::json command(const std::string& path, const nlohmann::json& body);
  nlohmann::json drive(const std::string& path, const nlohmann::json& body) {
    return command("/session/" + session_ + path, body);
  }
  /// A command of the DevTools.
  nlohmann::json tool(const std::string& name, const nlohmann::json& parameters);

  temporary_directory profile_;
  int port_;
  child_process driver_;
  httplib::Client client_;
  std::string session_;
};

}  // namespace troupe::test
