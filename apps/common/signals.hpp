#pragma once

#include "protocol/descriptor.hpp"

namespace troupe {

/// Turns SIGINT, SIGTERM and SIGHUP into something to be waited for, and keeps a broken pipe or a
/// file size limit from ending the program, so that they are reported by the write that met them.
///
/// To be made before any thread is started: threads inherit what is blocked.
class ending_signals {
 public:
  /// Throws std::system_error.
  ending_signals();

  /// Readable once a signal has come.
  [[nodiscard]] int wait_descriptor() const { return descriptor_.get(); }

  /// The signal that came since the last call, or 0.
  [[nodiscard]] int take() const;

 private:
  descriptor descriptor_;
};

}  // namespace troupe
