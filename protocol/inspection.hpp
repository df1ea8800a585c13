#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

/// What an inspector and a node tell each other over CAF's network. Questions and answers are those
/// of inspection.md; they are cut into parts, so that none keeps a link's frames waiting.
namespace troupe {

inline constexpr std::size_t longest_inspection_question = std::size_t{8} * 1024;
inline constexpr std::size_t longest_inspection_answer = std::size_t{64} * 1024 * 1024;
/// Of an answer, in one message.
inline constexpr std::size_t longest_inspection_part = std::size_t{128} * 1024;

/// What an inspector wants to know, or to have done.
struct inspection_question {
  std::string asker;  ///< who says so, for people
  std::string text;   ///< a JSON object
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, inspection_question& x) {
  return f(x.asker, x.text);
}

/// Whoever asked has so much of the answer, and takes more.
struct inspection_continuation {
  std::uint64_t from = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, inspection_continuation& x) {
  return f(x.from);
}

/// An answer, or the part of it that was asked for.
struct inspection_answer {
  std::uint64_t size = 0;  ///< of the whole
  std::string part;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, inspection_answer& x) {
  return f(x.size, x.part);
}

}  // namespace troupe
