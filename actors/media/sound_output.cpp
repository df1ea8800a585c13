#include "actors/media/sound_output.hpp"

#include <variant>

#include <unistd.h>

#include "actors/media/alsa_player.hpp"
#include "actors/media/ogg_opus_writer.hpp"
#include "actors/media/raw_writer.hpp"
#include "actors/media/wav_writer.hpp"

namespace troupe::media {
namespace {

class discarding_output final : public sound_output {
 public:
  std::uint32_t begin(const stream_format& format) override { return format.channels; }
  output_state write(const sound_block&) override { return output_state::open; }
  void finish() override {}
  [[nodiscard]] std::string description() const override { return "nowhere"; }
};

struct output_opener {
  using result = std::unique_ptr<sound_output>;

  result operator()(const wav_output& address) const {
    return std::make_unique<wav_writer>(address.path);
  }
  result operator()(const opus_output& address) const {
    return std::make_unique<ogg_opus_writer>(address.path);
  }
  result operator()(const alsa_output& address) const {
    return std::make_unique<alsa_player>(address.device);
  }
  result operator()(const null_output&) const { return std::make_unique<discarding_output>(); }
  result operator()(const stdout_output&) const {
    return std::make_unique<raw_writer>(STDOUT_FILENO);
  }
};

}  // namespace

std::unique_ptr<sound_output> open_sound_output(const output_address& address) {
  return std::visit(output_opener{}, address);
}

}  // namespace troupe::media
