#include "apps/common/duration_option.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "protocol/failure.hpp"

namespace troupe {
namespace {

using std::chrono::nanoseconds;

struct unit {
  std::string_view name;
  double nanoseconds;
};
constexpr std::array<unit, 6> units{
    {{"", 1e9}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}}};
constexpr double longest = 100.0 * 365 * 24 * 3600e9;

nanoseconds parse_interval(std::string_view text) {
  return text == "off" || text == "0" ? nanoseconds{0} : parse_duration(text);
}

template <class Target, class Parse>
CLI::Option* add_option(CLI::App& app, const std::string& name, Target& target, Parse parse,
                        const std::string& help) {
  const auto read = [&target, parse](const std::string& text) {
    try {
      target = parse(text);
    } catch (const failure& trouble) {
      throw CLI::ValidationError{trouble.what()};
    }
  };
  return app.add_option_function<std::string>(name, read, help)->type_name("TIME");
}

}  // namespace

nanoseconds parse_duration(std::string_view text) {
  double number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const std::string_view suffix{stop, static_cast<std::size_t>(end - stop)};
  if (error == std::errc{}) {
    for (const auto& each : units) {
      const double value = number * each.nanoseconds;
      // Written so that a NaN fails.
      if (suffix == each.name && value >= 1 && value <= longest)
        return nanoseconds{static_cast<nanoseconds::rep>(value)};
    }
  }
  throw failure{failure_kind::bad_value,
                "\"" + std::string{text} +
                    "\" is no duration; write a number over 0 with us, ms, s, m or h, "
                    "such as 15s or 500ms (a number alone is seconds)"};
}

CLI::Option* add_duration_option(CLI::App& app, const std::string& name,
                                 std::optional<nanoseconds>& target, const std::string& help) {
  return add_option(app, name, target, parse_duration, help);
}

CLI::Option* add_duration_option(CLI::App& app, const std::string& name, nanoseconds& target,
                                 const std::string& help) {
  return add_option(app, name, target, parse_duration, help);
}

CLI::Option* add_interval_option(CLI::App& app, const std::string& name,
                                 std::optional<nanoseconds>& target, const std::string& help) {
  return add_option(app, name, target, parse_interval, help);
}

}  // namespace troupe
