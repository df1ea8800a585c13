#pragma once

#include <cstdint>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/integration/support/sum_of.hpp"

namespace troupe::test {

/// Checks that a node's final account adds up, in all and for each client.
inline void check_sums(const nlohmann::json& account) {
  CHECK(account["frames_offered"].get<std::uint64_t>() ==
        account["frames_delivered"].get<std::uint64_t>() + sum_of(account["frames_dropped"]));
  for (const auto& client : account["clients"])
    CHECK(client["frames_produced"].get<std::uint64_t>() ==
          client["frames_delivered"].get<std::uint64_t>() + sum_of(client["frames_dropped"]));
}

}  // namespace troupe::test
