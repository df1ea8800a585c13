#pragma once

#include <string>
#include <string_view>

namespace troupe::inspecting::web {

/// What whoever looks at the page or steers from it has to know: 128 random bits, in hexadecimal.
class access_token {
 public:
  /// A new one. Throws std::system_error where there is no randomness.
  access_token();

  [[nodiscard]] const std::string& text() const { return text_; }

  /// Takes as long for any guess of the right length: time tells nothing about the token.
  [[nodiscard]] bool is(std::string_view guess) const;

 private:
  std::string text_;
};

}  // namespace troupe::inspecting::web
