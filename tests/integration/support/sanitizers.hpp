#pragma once

namespace troupe::test {

/// Sanitizers slow programs down tenfold, and hold on to what is freed to catch whoever uses it
/// still.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

/// ThreadSanitizer takes each message that CAF's uninstrumented library hands from thread to thread
/// for a race, and finds its suppression anew each time: programs under load then miss their
/// deadlines.
#if defined(__SANITIZE_THREAD__)
inline constexpr bool thread_sanitized = true;
#else
inline constexpr bool thread_sanitized = false;
#endif

}  // namespace troupe::test
