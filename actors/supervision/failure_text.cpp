#include "actors/supervision/failure_text.hpp"

#include <new>

#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/sec.hpp>
#include <spdlog/spdlog.h>

namespace troupe::supervision {

std::string exception_text(const std::exception_ptr& problem) {
  try {
    std::rethrow_exception(problem);
  } catch (const std::bad_alloc&) {
    return "out of memory";
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception of an unknown type";
  }
}

void fail_with_exception_text(caf::scheduled_actor* self) {
  self->set_exception_handler([](std::exception_ptr& problem) -> caf::error {
    return caf::make_error(caf::sec::runtime_error, exception_text(problem));
  });
}

void pass_over_what_is_not_ours(caf::scheduled_actor* self) {
  self->set_default_handler(caf::drop);
  self->set_error_handler([](caf::scheduled_actor* who, caf::error& error) {
    spdlog::debug("{} was told of an error that it knows nothing of: {}", who->name(),
                  who->system().render(error));
  });
}

std::string describe(const caf::error& reason, caf::actor_system& system) {
  if (!reason) return "it ended without being asked to";
  if (reason == caf::exit_reason::kill) return "it was killed";
  if (reason == caf::sec::runtime_error && reason.context().match_elements<std::string>())
    return reason.context().get_as<std::string>(0);
  return system.render(reason);
}

}  // namespace troupe::supervision
