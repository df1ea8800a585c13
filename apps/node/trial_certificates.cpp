#include "apps/node/trial_certificates.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/network/certificate_authority.hpp"
#include "protocol/descriptor.hpp"
#include "protocol/failure.hpp"

namespace troupe {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto year = 365 * 24h;
/// Clocks of other machines may be that much behind.
constexpr auto margin = 1h;
constexpr std::array subscribers{"node-a", "node-b", "listener"};
constexpr mode_t for_everybody = 0644;
constexpr mode_t for_owner = 0600;

failure cannot_create(const fs::path& what, const std::string& why) {
  return {failure_kind::cannot_create,
          fmt::format("cannot make {}: {}; choose another directory", what.string(), why)};
}

void make_directory(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) throw cannot_create(directory, error.message());
}

/// Nothing that is there is written over.
void expect_room(const fs::path& directory, std::string_view name) {
  for (const auto* ending : {".crt", ".key"}) {
    const auto path = directory / (std::string{name} + ending);
    if (fs::exists(fs::symlink_status(path))) throw cannot_create(path, "it is there already");
  }
}

void write_file(const fs::path& path, std::string_view content, mode_t mode) {
  const descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)};
  if (!file) throw cannot_create(path, std::generic_category().message(errno));
  const auto written = ::write(file.get(), content.data(), content.size());
  if (written != static_cast<ssize_t>(content.size()))
    throw cannot_create(
        path, written < 0 ? std::generic_category().message(errno) : "there is no room for it");
}

void write_identity(const fs::path& directory, const std::string& name,
                    const network::tls_identity& identity) {
  write_file(directory / (name + ".key"), identity.key, for_owner);
  write_file(directory / (name + ".crt"), identity.certificate, for_everybody);
}

std::string advice(const std::string& directory) {
  const auto options = [&](std::string_view name) {
    return fmt::format("--tls-cert {0}/{1}.crt --tls-key {0}/{1}.key --tls-ca {0}/ca.crt",
                       directory, name);
  };
  return fmt::format(
      "Made in {0}:\n"
      "an authority (ca), and certificates of it for two nodes and a listener, good for a year.\n"
      "Whoever has such a certificate and its key may listen; whoever has ca.key may make more.\n"
      "Each machine needs ca.crt and its own two files, no others. To try it out:\n\n"
      "  troupe-node --source tone:440 --listen 0.0.0.0:4747 \\\n    {1}\n"
      "  troupe-node --source troupe://HOST:4747 --socket /tmp/relay.sock \\\n    {2}\n"
      "  troupe-listen troupe://HOST:4747 \\\n    {3}\n",
      directory, options("node-a"), options("node-b"), options("listener"));
}

}  // namespace

std::string make_trial_certificates(const std::string& directory) {
  const fs::path where{directory};
  make_directory(where);
  expect_room(where, "ca");
  for (const auto* name : subscribers) expect_room(where, name);
  const auto now = std::chrono::system_clock::now();
  const network::certificate_authority::validity valid{.from = now - margin, .until = now + year};
  const network::certificate_authority authority{"Troupe, for trying it out", valid};
  write_identity(where, "ca", authority.identity());
  for (const auto* name : subscribers) write_identity(where, name, authority.issue(name, valid));
  return advice(directory);
}

}  // namespace troupe
