#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/network/byte_stream.hpp"

namespace troupe::network {

/// What a connection is for. Nodes that hear each other share one; who inspects has one of its own.
enum class link_purpose : std::uint8_t { unknown, stream, inspection };

/// What a peer may say. Looks at CAF's messages (BASP, as CAF 0.17 has it) before CAF does, which
/// would take more: the end of any actor that a peer has heard of, for one.
class link_grammar {
 public:
  /// Of the peer of a connection that was made as `whose` says. What one that is theirs is for
  /// shows by their first words.
  explicit link_grammar(initiative whose, link_purpose purpose = link_purpose::unknown)
      : whose_(whose), purpose_(purpose) {}

  /// `message` is the next header, or what a header announced. Why the peer may not say it, in
  /// words for people; empty if it may.
  [[nodiscard]] std::string complaint(std::span<const char> message);
  /// Whether the peer has asked an actor for something, as subscribers do.
  [[nodiscard]] bool has_asked() const { return has_asked_; }

 private:
  /// What the payload that comes next is.
  enum class payload : std::uint8_t { none, greeting, words, other };

  [[nodiscard]] std::string complaint_about_header(std::span<const char> header);
  [[nodiscard]] std::string complaint_about_operation(std::uint8_t operation);
  [[nodiscard]] std::string complaint_about_greeting(std::span<const char> greeting);
  [[nodiscard]] std::string complaint_about_words(std::span<const char> words);
  [[nodiscard]] bool may_say(std::string_view words);
  [[nodiscard]] bool may_say(std::string_view words, link_purpose what_for) const;
  [[nodiscard]] bool may_speak(std::uint64_t actor);

  initiative whose_;
  link_purpose purpose_;
  payload next_ = payload::none;
  int greetings_ = 0;
  std::string greeting_;      ///< the first
  bool is_for_name_ = false;  ///< the words that come next, and not for an actor by its number
  bool is_answer_ = false;    ///< they answer a request
  bool has_asked_ = false;
  std::vector<std::uint64_t> speakers_;  ///< the peer's actors that said something
};

}  // namespace troupe::network
