#include "apps/node/fault_console.hpp"

#include <charconv>
#include <exception>
#include <sstream>
#include <vector>

#include <caf/actor_registry.hpp>
#include <caf/actor_system.hpp>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "apps/common/duration_option.hpp"
#include "apps/common/json_line.hpp"
#include "apps/node/report_json.hpp"
#include "protocol/failure.hpp"

namespace troupe {
namespace {

constexpr auto help =
    "the orders are: kill ACTOR, throw ACTOR, exhaust ACTOR, hang ACTOR DURATION, slow ACTOR "
    "DURATION (each turn, until it is restarted), fail-start ACTOR TIMES, status";

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream input{std::string{line}};
  std::vector<std::string> words;
  for (std::string word; input >> word;) words.push_back(std::move(word));
  return words;
}

}  // namespace

std::string fault_console::obey(std::string_view line) {
  const auto words = words_of(line);
  auto& faults = tree_.faults();
  try {
    if (words.size() == 1 && words[0] == "status") return status();
    if (words.size() == 2 && words[0] == "kill")
      return faults.kill(words[1]) ? "ok" : unknown_target(words[1]);
    if (words.size() == 2 && words[0] == "throw")
      return faults.raise(words[1]) ? "ok" : unknown_target(words[1]);
    if (words.size() == 2 && words[0] == "exhaust")
      return faults.exhaust(words[1]) ? "ok" : unknown_target(words[1]);
    if (words.size() == 3 && words[0] == "hang")
      return faults.hang(words[1], parse_duration(words[2])) ? "ok" : unknown_target(words[1]);
    if (words.size() == 3 && words[0] == "slow")
      return faults.slow(words[1], parse_duration(words[2])) ? "ok" : unknown_target(words[1]);
    if (words.size() == 3 && words[0] == "fail-start") {
      std::uint64_t times = 0;
      const auto* const end = words[2].data() + words[2].size();
      if (std::from_chars(words[2].data(), end, times).ptr != end)
        return "error: \"" + words[2] + "\" is not a number of times";
      return faults.fail_to_start(words[1], times) ? "ok" : unknown_target(words[1]);
    }
  } catch (const std::exception& trouble) {
    return std::string{"error: "} + trouble.what();
  }
  return std::string{"error: "} + help;
}

std::string fault_console::unknown_target(const std::string& target) const {
  return fmt::format("error: there is no actor \"{}\"; there are {} and connection:N", target,
                     fmt::join(tree_.faults().names(), ", "));
}

/// What a test wants to know of a node that runs.
std::string fault_console::status() const {
  nlohmann::json children = nlohmann::json::array();
  for (const auto& child : tree_.children()) children.push_back(to_json(child));
  const nlohmann::json result{{"actors_running", system_.registry().running()},
                              {"actors", children},
                              {"is_healthy", tree_.is_healthy()}};
  return json_line(result);
}

}  // namespace troupe
