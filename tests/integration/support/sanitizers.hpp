#pragma once

namespace troupe::test {

/// Sanitizers slow programs down tenfold, and hold on to what is freed to catch whoever uses it
/// still.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace troupe::test
