#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace troupe::bench {

/// One of two that are compared.
struct contender {
  std::string name;
  std::function<nlohmann::json()> measure;  ///< once; returns numbers by name
};

/// Two contenders, and what of their measurements counts.
struct contest {
  std::string name;
  contender first;
  contender second;
  std::vector<std::string> figures;  ///< names of numbers, in this order; not all need be there
  std::string headline;              ///< the one that is told after each round
};

/// Measures both in turn, `rounds` times, the order swapped each round; after each, `tell` is given
/// a line. Returns an object for each contender, by its name, with the medians of its figures, and
/// "ratio" with the second's to the first's, where the first's is more than 0.
[[nodiscard]] nlohmann::ordered_json run_rounds(const contest& both, std::size_t rounds,
                                                const std::function<void(std::string_view)>& tell);

/// As precise as it is worth telling; whole numbers stay whole.
[[nodiscard]] nlohmann::ordered_json rounded(double value);

/// Expects at least one value. Of an even number of them, the mean of the two in the middle.
[[nodiscard]] double median(std::vector<double> values);

}  // namespace troupe::bench
