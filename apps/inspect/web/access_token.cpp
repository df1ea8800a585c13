#include "apps/inspect/web/access_token.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <system_error>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/random.h>

namespace troupe::inspecting::web {

access_token::access_token() {
  std::array<unsigned char, 16> bytes{};
  // So few bytes come whole, or not at all.
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw std::system_error{errno, std::generic_category(), "getrandom"};
  for (const auto byte : bytes) text_ += fmt::format("{:02x}", byte);
}

bool access_token::is(std::string_view guess) const {
  return guess.size() == text_.size() &&
         CRYPTO_memcmp(guess.data(), text_.data(), text_.size()) == 0;
}

}  // namespace troupe::inspecting::web
