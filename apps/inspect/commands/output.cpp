#include "apps/inspect/commands/output.hpp"

#include <iostream>

#include "protocol/failure.hpp"

namespace troupe::inspecting {

void print(std::string_view text) {
  std::cout << text << std::flush;
  if (!std::cout)
    throw failure{failure_kind::output_failed,
                  "standard output could not be written to; is the disk full, or its reader gone?"};
}

}  // namespace troupe::inspecting
