#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/browser/support/browser.hpp"
#include "tests/integration/support/child_process.hpp"

namespace troupe::test {

/// troupe-inspect --web, run for some nodes.
class running_inspector {
 public:
  explicit running_inspector(std::vector<std::string> sockets);

  [[nodiscard]] child_process& process() { return process_; }
  /// The page's, with the token.
  [[nodiscard]] const std::string& address() const { return address_; }
  /// The same without the token, "http://127.0.0.1:PORT/".
  [[nodiscard]] std::string bare_address() const;
  [[nodiscard]] std::string token() const;
  [[nodiscard]] int port() const;

 private:
  child_process process_;
  std::string address_;
};

/// The inspector's page in a browser.
class inspected_page {
 public:
  explicit inspected_page(std::vector<std::string> sockets);

  [[nodiscard]] running_inspector& inspector() { return inspector_; }
  [[nodiscard]] browser& shown() { return browser_; }

  /// Goes to a view, "clients" or "actor/0/source", and waits until it is there.
  void go_to(const std::string& view);
  /// Waits until an element that `selector` finds holds `text`.
  [[nodiscard]] bool says(const std::string& selector, const std::string& text);
  /// What the first element that `selector` finds holds; empty if there is none.
  [[nodiscard]] std::string text_of(const std::string& selector);
  [[nodiscard]] std::size_t count_of(const std::string& selector);
  /// The tone of an actor's body in the picture: "error", or empty.
  [[nodiscard]] bool has_tone(const std::string& actor, const std::string& tone);

 private:
  running_inspector inspector_;
  browser browser_;
};

}  // namespace troupe::test
