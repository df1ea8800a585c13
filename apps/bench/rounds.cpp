#include "apps/bench/rounds.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "apps/bench/report.hpp"

namespace troupe::bench {
namespace {

/// What one contender measured in all rounds.
class measurements {
 public:
  explicit measurements(const contender& its) : its_(its) {}

  void add_round() { all_.push_back(its_.measure()); }

  /// Of the last round.
  [[nodiscard]] std::string headline(const std::string& figure) const {
    return fmt::format("{} {}", its_.name, to_text(all_.back().value(figure, 0.0)));
  }

  /// Nothing where it does not measure that.
  [[nodiscard]] std::vector<double> values(const std::string& figure) const {
    std::vector<double> result;
    for (const auto& round : all_)
      if (const auto found = round.find(figure); found != round.end() && found->is_number())
        result.push_back(found->get<double>());
    return result;
  }

 private:
  const contender& its_;
  std::vector<nlohmann::json> all_;
};

using medians = std::map<std::string, double>;

medians medians_of(const measurements& its, const std::vector<std::string>& figures) {
  medians result;
  for (const auto& figure : figures)
    if (auto values = its.values(figure); !values.empty())
      result.emplace(figure, median(std::move(values)));
  return result;
}

nlohmann::ordered_json in_order(const medians& its, const std::vector<std::string>& figures) {
  auto result = nlohmann::ordered_json::object();
  for (const auto& figure : figures)
    if (const auto found = its.find(figure); found != its.end())
      result[figure] = rounded(found->second);
  return result;
}

medians ratios(const medians& first, const medians& second) {
  medians result;
  for (const auto& [figure, value] : second)
    if (const auto found = first.find(figure); found != first.end() && found->second > 0)
      result.emplace(figure, value / found->second);
  return result;
}

}  // namespace

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

nlohmann::ordered_json rounded(double value) {
  constexpr double whole_numbers_up_to = 1e15;
  const auto precise = std::round(value * 1000) / 1000;
  if (precise == std::round(precise) && std::abs(precise) < whole_numbers_up_to)
    return static_cast<std::int64_t>(precise);
  return precise;
}

nlohmann::ordered_json run_rounds(const contest& both, std::size_t rounds,
                                  const std::function<void(std::string_view)>& tell) {
  measurements first{both.first};
  measurements second{both.second};
  for (std::size_t round = 0; round < rounds; ++round) {
    const bool swapped = round % 2 == 1;
    (swapped ? second : first).add_round();
    (swapped ? first : second).add_round();
    tell(fmt::format("{}, round {} of {}: {}, {} ({})", both.name, round + 1, rounds,
                     first.headline(both.headline), second.headline(both.headline), both.headline));
  }
  const auto of_first = medians_of(first, both.figures);
  const auto of_second = medians_of(second, both.figures);
  return {{both.first.name, in_order(of_first, both.figures)},
          {both.second.name, in_order(of_second, both.figures)},
          {ratio_key, in_order(ratios(of_first, of_second), both.figures)}};
}

}  // namespace troupe::bench
