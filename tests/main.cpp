#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
#include <spdlog/spdlog.h>

namespace {

/// Made at its first use otherwise, by whichever thread logs first; ThreadSanitizer does not see
/// that the others wait for it in a library without instrumentation.
[[maybe_unused]] const auto log_before_threads = spdlog::default_logger();

}  // namespace
