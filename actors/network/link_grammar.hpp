#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "actors/network/byte_stream.hpp"

namespace troupe::network {

/// What a peer may say. Looks at CAF's messages (BASP, as CAF 0.17 has it) before CAF does, which
/// would take more: the end of any actor that a peer has heard of, for one.
class link_grammar {
 public:
  /// Of the peer of a connection that was made as `whose` says.
  explicit link_grammar(initiative whose) : whose_(whose) {}

  /// `message` is the next header, or what a header announced. Why the peer may not say it, in
  /// words for people; empty if it may.
  [[nodiscard]] std::string complaint(std::span<const char> message);

 private:
  [[nodiscard]] std::string complaint_about_header(std::span<const char> header);
  [[nodiscard]] std::string complaint_about_words(std::span<const char> words) const;

  initiative whose_;
  bool has_greeted_ = false;
  bool expects_payload_ = false;
  bool expects_words_ = false;  ///< of one actor to another, in the payload
  bool is_for_name_ = false;    ///< and not for an actor by its number
};

}  // namespace troupe::network
