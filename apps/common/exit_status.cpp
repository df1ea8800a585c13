#include "apps/common/exit_status.hpp"

#include <exception>
#include <iostream>
#include <new>

namespace troupe {

exit_status status_for(failure_kind kind) {
  switch (kind) {
    case failure_kind::bad_value:
      return exit_status::usage;
    case failure_kind::unknown_format:
      return exit_status::unknown_format;
    case failure_kind::no_source:
    case failure_kind::unreadable:
    case failure_kind::empty_source:
      return exit_status::no_input;
    case failure_kind::no_device:
    case failure_kind::no_node:
      return exit_status::unavailable;
    case failure_kind::cannot_create:
      return exit_status::cannot_create;
    case failure_kind::disk_full:
    case failure_kind::output_failed:
      return exit_status::io_error;
    case failure_kind::already_running:
      return exit_status::in_use;
    case failure_kind::not_permitted:
      return exit_status::no_permission;
    case failure_kind::bad_config:
      return exit_status::bad_config;
  }
  return exit_status::internal;
}

std::string_view exit_status_help() {
  return "Exit status:\n"
         "   0  ended in good order\n"
         "  64  an option, a value or a combination of options that cannot be\n"
         "  65  the format of the sound, of a certificate or of a node's answer is not known\n"
         "  66  the source, or a certificate, is absent, unreadable or empty\n"
         "  69  a device is absent, or no node answers\n"
         "  70  internal failure\n"
         "  73  an output or a socket cannot be made\n"
         "  74  an output failed, or the disk is full\n"
         "  75  another node has the socket, or somebody the port\n"
         "  77  no permission\n"
         "  78  the configuration file cannot be used\n";
}

std::string exit_status_help_with(std::string_view line) {
  std::string text{exit_status_help()};
  const auto after_title = text.find('\n') + 1;
  return text.insert(text.find('\n', after_title) + 1, line);
}

int run_main(std::string_view program, const std::function<exit_status()>& body) {
  const auto complain = [&](exit_status status, std::string_view message) {
    std::cerr << program << ": " << message << std::endl;
    return static_cast<int>(status);
  };
  try {
    return static_cast<int>(body());
  } catch (const failure& trouble) {
    return complain(status_for(trouble.kind()), trouble.what());
  } catch (const std::bad_alloc&) {
    return complain(exit_status::internal, "out of memory");
  } catch (const std::exception& trouble) {
    return complain(exit_status::internal, trouble.what());
  }
}

}  // namespace troupe
