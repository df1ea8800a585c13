#pragma once

#include <string>

namespace troupe::media {

/// Makes libasound tell its errors to us, where it would write them to stderr. Any number of
/// times, from any thread.
void catch_alsa_messages();

/// What libasound told last on this thread, if anything, since this was last asked.
[[nodiscard]] std::string take_alsa_message();

/// An error number of libasound in words, with what it told on this thread.
[[nodiscard]] std::string describe_alsa_error(int error);

}  // namespace troupe::media
