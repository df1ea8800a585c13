#include "actors/media/alsa_messages.hpp"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <utility>

#include <alsa/asoundlib.h>

namespace troupe::media {
namespace {

thread_local std::string last_message;

[[gnu::format(printf, 5, 6)]] void keep_message(const char* /*file*/, int /*line*/,
                                                const char* /*function*/, int /*error*/,
                                                const char* format, ...) {
  std::array<char, 256> text{};
  va_list arguments;
  va_start(arguments, format);
  // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it does not see va_start here.
  (void)std::vsnprintf(text.data(), text.size(), format, arguments);
  va_end(arguments);
  last_message = text.data();
}

}  // namespace

void catch_alsa_messages() {
  static std::once_flag once;
  std::call_once(once, [] { ::snd_lib_error_set_handler(keep_message); });
}

std::string take_alsa_message() { return std::exchange(last_message, {}); }

std::string describe_alsa_error(int error) {
  const auto message = take_alsa_message();
  const std::string reason = ::snd_strerror(error);
  return message.empty() ? reason : reason + " (" + message + ")";
}

}  // namespace troupe::media
