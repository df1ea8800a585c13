#pragma once

#include <chrono>
#include <fstream>
#include <memory>
#include <string>

#include "actors/network/certificate_authority.hpp"
#include "actors/network/tls_context.hpp"
#include "tests/integration/support/temporary_directory.hpp"

namespace troupe::test {

inline network::certificate_authority::validity valid_now() {
  const auto now = std::chrono::system_clock::now();
  return {.from = now - std::chrono::hours{1}, .until = now + std::chrono::hours{1}};
}

/// Files of a node.
class credentials {
 public:
  credentials(const network::tls_identity& its_own, const network::tls_identity& trusted)
      : files_{.certificate = write("node.crt", its_own.certificate),
               .key = write("node.key", its_own.key),
               .authority = write("ca.crt", trusted.certificate)} {}

  [[nodiscard]] const network::tls_files& files() const { return files_; }
  [[nodiscard]] std::shared_ptr<const network::tls_context> context() const {
    return std::make_shared<const network::tls_context>(files_);
  }

 private:
  std::string write(const std::string& name, const std::string& content) {
    auto path = (directory_ / name).string();
    std::ofstream{path} << content;
    return path;
  }

  temporary_directory directory_;
  network::tls_files files_;
};

}  // namespace troupe::test
