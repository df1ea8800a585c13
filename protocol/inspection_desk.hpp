#pragma once

#include <string>

namespace troupe {

/// Who asks a node something, as far as the node knows.
struct asker {
  std::string who;                 ///< in words for people; fit for a log
  bool may_steer = false;          ///< and not only look
  std::string why_not_steer = {};  ///< and what to do about it
};

/// Answers inspectors, by whatever way they come. Is used by several threads at once.
class inspection_desk {
 public:
  virtual ~inspection_desk() = default;

  /// An inspector is there, until it leaves.
  virtual void came(const asker& inspector) = 0;
  virtual void left(const asker& inspector) = 0;

  /// A line of JSON for another one, as in inspection.md; `question` may be anything. Whatever it
  /// is that the asker may not do is refused here.
  [[nodiscard]] virtual std::string answer(const std::string& question, const asker& inspector) = 0;
};

}  // namespace troupe
