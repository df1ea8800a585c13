#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "tests/chaos/judge.hpp"
#include "tests/chaos/observation.hpp"
#include "tests/chaos/options.hpp"

namespace troupe::chaos {

/// The table, what else was seen, a line for each violation and the verdict.
[[nodiscard]] std::string to_text(const chaos_options& options, const observation& seen,
                                  const judgement& judged);

[[nodiscard]] nlohmann::json to_json(const chaos_options& options, const observation& seen,
                                     const judgement& judged);

}  // namespace troupe::chaos
