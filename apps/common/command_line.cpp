#include "apps/common/command_line.hpp"

#include <iostream>
#include <string>

#include "protocol/failure.hpp"

namespace troupe {

bool parse_command_line(CLI::App& app, int count, const char* const* arguments) {
  try {
    app.parse(count, arguments);
  } catch (const CLI::Success& asked) {
    app.exit(asked, std::cout, std::cerr);
    return false;
  } catch (const CLI::ParseError& error) {
    throw failure{failure_kind::bad_value,
                  std::string{error.what()} + "\nTry " + app.get_name() + " --help."};
  }
  return true;
}

CLI::Option* limit_to(const std::vector<std::string>& names, CLI::Option* option) {
  // CLI11 would list them a second time, by the check's own description.
  return option->check(CLI::IsMember(names).description(""))
      ->type_name(CLI::detail::join(names, "|"));
}

}  // namespace troupe
