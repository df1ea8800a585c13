#include "tests/alsa/alsa_stage.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace troupe::test {
namespace {

constexpr const char* variable = "ALSA_CONFIG_PATH";

std::filesystem::path make_directory() {
  auto name = (std::filesystem::temp_directory_path() / "troupe-alsa-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"cannot make " + name};
  return name;
}

}  // namespace

alsa_stage::alsa_stage() : directory_(make_directory()) {
  append("pcm_type.stage { lib \"" TROUPE_STAGE_PLUGIN "\" }\n");
  define_stage("stage", "signal \"ramp\"");
  define_stage("stage_tone", "signal \"tone\"");
  define("nothing", "type null");
  ::setenv(variable, configuration().c_str(), 1);
}

alsa_stage::~alsa_stage() {
  ::unsetenv(variable);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::filesystem::path alsa_stage::configuration() const { return directory_ / "asound.conf"; }

void alsa_stage::define(std::string_view name, std::string_view body) {
  append("pcm." + std::string{name} + " { " + std::string{body} + " }\n");
}

void alsa_stage::define_stage(std::string_view name, std::string_view settings) {
  define(name, "type stage faults \"" + directory_.string() + "\" " + std::string{settings});
}

void alsa_stage::append(const std::string& text) {
  std::ofstream{configuration(), std::ios::app} << text;
  // libasound reads the file again when its time has changed, in whole seconds.
  written_ += std::chrono::seconds{1};
  std::filesystem::last_write_time(configuration(), written_);
}

void alsa_stage::begin_fault(std::string_view fault) const {
  std::ofstream{directory_ / fault}.flush();
}

void alsa_stage::end_fault(std::string_view fault) const {
  std::filesystem::remove(directory_ / fault);
}

bool alsa_stage::has_fault(std::string_view fault) const {
  return std::filesystem::exists(directory_ / fault);
}

}  // namespace troupe::test
