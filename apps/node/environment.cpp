#include "apps/node/environment.hpp"

#include <charconv>
#include <cstdlib>
#include <map>

namespace troupe {
namespace {

const std::map<std::int32_t, opus_signal> signals{{-1000, opus_signal::automatic},
                                                  {3001, opus_signal::voice},
                                                  {3002, opus_signal::music},
                                                  {3, opus_signal::music}};
const std::map<std::int32_t, opus_bandwidth> bandwidths{{1101, opus_bandwidth::narrow},
                                                        {1102, opus_bandwidth::medium},
                                                        {1103, opus_bandwidth::wide},
                                                        {1104, opus_bandwidth::superwide},
                                                        {1105, opus_bandwidth::full}};
const std::map<std::int32_t, bool> switches{{0, false}, {1, true}};
const std::map<std::int32_t, std::string> vbr_modes{{0, "off"}, {1, "constrained"}};

/// Reads the JETKVM_OPUS_ variables one after the other.
class opus_variables {
 public:
  opus_variables(const environment_lookup& look_up, std::vector<std::string>& warnings)
      : look_up_(look_up), warnings_(warnings) {}

  std::optional<std::int32_t> number(const std::string& suffix, std::int32_t least,
                                     std::int32_t most) {
    const auto name = "JETKVM_OPUS_" + suffix;
    const auto text = look_up_(name);
    if (!text || text->empty()) return std::nullopt;
    std::int32_t value = 0;
    const auto* end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, value);
    if (error == std::errc{} && stop == end && value >= least && value <= most) return value;
    warnings_.push_back(name + "=" + *text + " was passed over: it is a whole number from " +
                        std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
  }

  template <class T>
  std::optional<T> choice(const std::string& suffix, const std::map<std::int32_t, T>& values) {
    const auto given = number(suffix, values.begin()->first, values.rbegin()->first);
    if (!given) return std::nullopt;
    const auto found = values.find(*given);
    if (found != values.end()) return found->second;
    warnings_.push_back("JETKVM_OPUS_" + suffix + "=" + std::to_string(*given) +
                        " was passed over: it is none of libopus's numbers for this");
    return std::nullopt;
  }

 private:
  const environment_lookup& look_up_;
  std::vector<std::string>& warnings_;
};

}  // namespace

node_options read_environment(const environment_lookup& look_up,
                              std::vector<std::string>& warnings) {
  node_options options;
  const auto socket = look_up("JETKVM_AUDIO_OUTPUT_SOCKET");
  if (socket && !socket->empty()) options.socket = socket;
  opus_variables opus{look_up, warnings};
  options.bitrate = opus.number("BITRATE", 6'000, 510'000);
  options.complexity = opus.number("COMPLEXITY", 0, 10);
  options.vbr = opus.choice("VBR", vbr_modes);
  options.signal = opus.choice("SIGNAL_TYPE", signals);
  options.bandwidth = opus.choice("BANDWIDTH", bandwidths);
  options.dtx = opus.choice("DTX", switches);
  return options;
}

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string{value};
}

}  // namespace troupe
