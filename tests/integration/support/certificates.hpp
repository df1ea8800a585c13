#pragma once

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/integration/support/child_process.hpp"
#include "tests/integration/support/temporary_directory.hpp"

namespace troupe::test {

/// What `troupe-node --make-certs` leaves.
class certificates {
 public:
  certificates() {
    const auto made = run(TROUPE_NODE, {"--make-certs", directory_.path().string()});
    REQUIRE_MESSAGE(made.status == exited(0), made.errors);
  }

  [[nodiscard]] std::string file(const std::string& name) const {
    return (directory_ / name).string();
  }
  /// `others`, with the options that make it one of these nodes.
  [[nodiscard]] std::vector<std::string> options(const std::string& node,
                                                 std::vector<std::string> others) const {
    return options(node, file("ca.crt"), std::move(others));
  }
  /// The same, with another idea of whom to trust.
  [[nodiscard]] std::vector<std::string> options(const std::string& node,
                                                 const std::string& authority,
                                                 std::vector<std::string> others) const {
    others.insert(others.end(), {"--tls-cert", file(node + ".crt"), "--tls-key",
                                 file(node + ".key"), "--tls-ca", authority});
    return others;
  }

 private:
  temporary_directory directory_;
};

}  // namespace troupe::test
