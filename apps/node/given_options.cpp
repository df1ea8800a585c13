#include "apps/node/given_options.hpp"

#include <array>

#include <unistd.h>

#include "apps/common/command_line.hpp"
#include "apps/common/exit_status.hpp"
#include "apps/common/host_name.hpp"
#include "apps/common/version.hpp"
#include "apps/node/config_file.hpp"
#include "apps/node/environment.hpp"
#include "protocol/failure.hpp"

namespace troupe {
namespace {

std::string footer() {
  return "Environment: JETKVM_AUDIO_OUTPUT_SOCKET, and JETKVM_OPUS_BITRATE, _COMPLEXITY, _VBR,\n"
         "_SIGNAL_TYPE, _BANDWIDTH, _DTX (numbers as libopus has them).\n\n"
         "Examples:\n"
         "  troupe-node --source tone:440 --socket /tmp/sound.sock\n"
         "  troupe-node --source 'file:speech.wav?loop=1' --quality high --duration 1m\n"
         "  arecord -t raw -f S16_LE -r 48000 -c 2 | troupe-node --source "
         "'pipe:-?pace=writer'\n"
         "  troupe-node --source tone:440 --listen 127.0.0.1:4747     serve other nodes as well\n"
         "  troupe-node --source troupe://127.0.0.1:4747 --socket /tmp/relay.sock\n"
         "  troupe-node --make-certs certs     then see what it says\n\n" +
         std::string{exit_status_help()};
}

/// The file's options, which have to be good by themselves.
node_options options_in_file(const std::optional<std::string>& path) {
  if (!path) return {};
  auto options = read_config_file(*path);
  try {
    refuse_contradictions(options);
    node_settings alone;
    options.apply_to(alone);
    if (const auto complaint = alone.codec.complaint())
      throw failure{failure_kind::bad_value, *complaint};
  } catch (const failure& trouble) {
    throw failure{failure_kind::bad_config,
                  "the configuration file \"" + *path + "\": " + trouble.what()};
  }
  return options;
}

}  // namespace

std::optional<given_options> read_given_options(int count, const char* const* arguments) {
  given_options result;
  CLI::App app{"Captures sound, encodes it as Opus and serves it to local clients.", "troupe-node"};
  declare_node_options(app, result.from_command_line);
  app.add_option("--make-certs", result.make_certificates,
                 "Make a private authority and certificates for trying out TLS in this directory, "
                 "say what to do with them, and end")
      ->type_name("DIR")
      ->group("Other nodes: each can have the stream of another, and pass it on");
  app.set_version_flag("--version", version_line("troupe-node"));
  app.footer(footer());
  if (!parse_command_line(app, count, arguments)) return std::nullopt;
  refuse_contradictions(result.from_command_line);
  result.from_environment = read_environment(environment_variable, result.warnings);
  return result;
}

node_settings settle(const given_options& given) {
  const auto from_file = options_in_file(given.from_command_line.config);
  const std::array places{&from_file, &given.from_environment, &given.from_command_line};
  refuse_contradictions_between(places);
  node_settings settings;
  settings.has_config_file = given.from_command_line.config.has_value();
  for (const auto* place : places) place->apply_to(settings);
  if (const auto complaint = settings.codec.complaint())
    throw failure{failure_kind::bad_value, *complaint};
  const bool has_tls = settings.tls.files().has_value();  // all or none
  if (settings.remote_inspection == network::remote_inspection::steer && !has_tls)
    throw failure{failure_kind::bad_value,
                  "--remote-inspection steer needs --tls-cert, --tls-key and --tls-ca: only who "
                  "shows a certificate may steer; add them, or use look"};
  if (settings.name.empty()) settings.name = host_name();
  if (settings.name.empty()) settings.name = "a node";
  return settings;
}

}  // namespace troupe
