#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace troupe::test {

/// A stage for programs that capture from ALSA: a configuration of the test's own, in a directory
/// of its own, that stands in for the system's. This process and those that it starts see no
/// other devices until the stage is gone.
///
/// These devices are there at first; `define` adds others:
/// - `stage`: 48 kHz, stereo, 16 bits, a ramp in real time (see stage_pcm.cpp);
/// - `stage_tone`: the same with a tone of 1 kHz;
/// - `nothing`: ALSA's null plugin, silence as fast as it is read.
class alsa_stage {
 public:
  alsa_stage();
  ~alsa_stage();
  alsa_stage(const alsa_stage&) = delete;
  alsa_stage& operator=(const alsa_stage&) = delete;

  /// Adds the device `name`; `body` is what stands between the braces of its definition.
  void define(std::string_view name, std::string_view body);

  /// Adds a device of the stage plugin, with `settings` beside its type and faults.
  void define_stage(std::string_view name, std::string_view settings);

  /// Makes a fault and takes it back: gone, busy, stalled, suspended, overrun.
  void begin_fault(std::string_view fault) const;
  void end_fault(std::string_view fault) const;
  [[nodiscard]] bool has_fault(std::string_view fault) const;

  /// Where the test may keep files; it is removed with the stage.
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  /// The value of ALSA_CONFIG_PATH.
  [[nodiscard]] std::filesystem::path configuration() const;

 private:
  void append(const std::string& text);

  std::filesystem::path directory_;
  std::filesystem::file_time_type written_ = std::filesystem::file_time_type::clock::now();
};

}  // namespace troupe::test
