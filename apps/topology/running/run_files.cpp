#include "apps/topology/running/run_files.hpp"

#include <system_error>

#include <fmt/format.h>
#include <sys/un.h>

#include "protocol/failure.hpp"

namespace troupe::topology {

run_files::run_files(const std::filesystem::path& directory)
    : directory_(std::filesystem::absolute(directory)) {
  std::error_code trouble;
  std::filesystem::create_directories(directory_, trouble);
  if (trouble)
    throw failure{failure_kind::cannot_create,
                  fmt::format("the directory {} cannot be made: {}; choose another one",
                              directory_.string(), trouble.message())};
}

std::filesystem::path run_files::file(const std::string& name, std::string_view ending) const {
  if (name.empty() || name.starts_with('.') || name.find('/') != std::string::npos)
    throw failure{failure_kind::bad_config,
                  fmt::format("\"{}\" cannot be the name of a file, so nothing of a run can be "
                              "called so; choose another name",
                              name)};
  return directory_ / (name + std::string{ending});
}

std::filesystem::path run_files::fresh_file(const std::string& name,
                                            std::string_view ending) const {
  auto result = file(name, ending);
  std::error_code absent;
  std::filesystem::remove(result, absent);
  return result;
}

std::string run_files::socket(const std::string& name) const {
  auto result = file(name, ".sock").string();
  if (orders(name).size() >= sizeof sockaddr_un{}.sun_path)
    throw failure{failure_kind::cannot_create,
                  fmt::format("{} is too long for a socket's path; choose a directory with a "
                              "shorter one",
                              result)};
  return result;
}

std::string run_files::orders(const std::string& name) const {
  return file(name, ".sock").string() + ".faults";
}

}  // namespace troupe::topology
