#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "actors/network/tls_context.hpp"

namespace troupe {

/// --tls-cert, --tls-key and --tls-ca, as far as they are given.
struct tls_options {
  std::optional<std::string> certificate;
  std::optional<std::string> key;
  std::optional<std::string> authority;

  /// Nothing if none is given. Throws failure{bad_value} if some of them are.
  [[nodiscard]] std::optional<network::tls_files> files() const;
};

void add_tls_options(CLI::App& app, tls_options& target, const std::string& group);

}  // namespace troupe
