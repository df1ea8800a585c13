#include "actors/media/pcm_input.hpp"

#include <stdexcept>

#include "actors/media/alsa_input.hpp"
#include "actors/media/file_input.hpp"
#include "actors/media/pipe_input.hpp"
#include "actors/media/silence_input.hpp"
#include "actors/media/tone_input.hpp"

namespace troupe::media {
namespace {

struct opener {
  pcm_shape shape;

  std::unique_ptr<pcm_input> operator()(const file_source& source) const {
    return std::make_unique<file_input>(source, shape);
  }
  std::unique_ptr<pcm_input> operator()(const pipe_source& source) const {
    return std::make_unique<pipe_input>(source, shape);
  }
  std::unique_ptr<pcm_input> operator()(const alsa_source& source) const {
    return std::make_unique<alsa_input>(source, shape);
  }
  std::unique_ptr<pcm_input> operator()(const tone_source& source) const {
    return std::make_unique<tone_input>(source.frequency_hz, shape);
  }
  std::unique_ptr<pcm_input> operator()(const silence_source& /*source*/) const {
    return std::make_unique<silence_input>();
  }
  std::unique_ptr<pcm_input> operator()(const link_source& /*source*/) const {
    throw std::logic_error{"another node's stream is encoded already"};
  }
};

}  // namespace

void pcm_input::seek(std::chrono::nanoseconds /*place*/) {
  throw std::logic_error{"this input cannot go to a place"};
}

std::unique_ptr<pcm_input> open_pcm_input(const source_address& address, pcm_shape shape) {
  return std::visit(opener{shape}, address);
}

}  // namespace troupe::media
