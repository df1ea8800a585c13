#include "tests/unit/listen/recorded_sound.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include <sndfile.h>

namespace troupe::listening::test {

std::size_t recorded_sound::length() const {
  return samples.size() / static_cast<std::size_t>(channels);
}

double recorded_sound::level(std::size_t from, std::size_t count) const {
  const auto width = static_cast<std::size_t>(channels);
  double squares = 0;
  for (auto i = from * width; i < (from + count) * width; ++i)
    squares += std::pow(samples.at(i) / 32768.0, 2);
  return std::sqrt(squares / static_cast<double>(count * width));
}

recorded_sound read_sound(const std::string& path) {
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, decltype(&sf_close)> file{sf_open(path.c_str(), SFM_READ, &info),
                                                           &sf_close};
  if (!file) throw std::runtime_error{path + ": " + sf_strerror(nullptr)};
  recorded_sound sound{.sample_rate_hz = info.samplerate, .channels = info.channels, .samples = {}};
  std::vector<std::int16_t> block(4800U * static_cast<std::size_t>(info.channels));
  while (const auto count =
             sf_read_short(file.get(), block.data(), static_cast<sf_count_t>(block.size())))
    sound.samples.insert(sound.samples.end(), block.begin(), block.begin() + count);
  return sound;
}

opusinfo_result opusinfo(const std::string& path) {
  const auto command = "opusinfo '" + path + "' 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen(command.c_str(), "r"), &::pclose};
  if (!pipe) throw std::runtime_error{"opusinfo cannot be run"};
  opusinfo_result result;
  std::array<char, 4096> buffer{};
  while (const auto count = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
    result.text.append(buffer.data(), count);
  if (result.text.find("Processing file") == std::string::npos)
    throw std::runtime_error{"opusinfo does not work: " + result.text};
  for (const auto* word : {"WARNING", "Warning", "ERROR", "Error", "error", "invalid", "missing"})
    result.complains = result.complains || result.text.find(word) != std::string::npos;
  return result;
}

}  // namespace troupe::listening::test
