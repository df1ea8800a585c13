#include "actors/network/link_grammar.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <caf/io/basp/header.hpp>
#include <fmt/format.h>

#include "actors/network/printable.hpp"

namespace troupe::network {
namespace {

using caf::io::basp::header;
using caf::io::basp::message_type;

/// Of a header: the operation first, flags, and the size of what follows, the most significant byte
/// first.
constexpr std::size_t flags_at = 3;
constexpr std::size_t size_at = 4;
constexpr std::size_t size_end = 8;
/// Of words, their number, whose highest bit says that they are an answer.
constexpr std::size_t number_at = 8;
constexpr unsigned answer_bit = 0x80;
/// Of the actor at the peer that says them.
constexpr std::size_t speaker_at = 16;
constexpr std::size_t speaker_end = 24;
/// CAF keeps something for each, as long as the connection lasts.
constexpr std::size_t most_speakers = 64;
/// A subscriber's: before it heard from us, and after.
constexpr int most_greetings = 2;
constexpr std::size_t longest_greeting = 1024;
constexpr const char* not_ours = "it is no node of Troupe";
/// It comes from nobody else, and its words are given by their names.
constexpr std::array<char, 3> before_words{};

/// What actors of nodes say to each other, by the names that CAF gives it. Nodes that hear each
/// other share a connection, so either end may say each of these.
constexpr std::array<std::string_view, 6> words_about_streams{
    "@<>+troupe::link_request+troupe::link_receiver_actor",
    "@<>+troupe::link_frame",
    "@<>+troupe::link_path",
    "@<>+troupe::link_credit",
    "@<>+troupe::link_goodbye",
    "@<>+troupe::clock_question"};
/// What they say to requests alone.
constexpr std::array<std::string_view, 2> answers_about_streams{
    "@<>+troupe::link_offer+troupe::link_sender_actor", "@<>+troupe::clock_answer"};
/// An inspector calls, and a node answers; never the reverse.
constexpr std::array<std::string_view, 2> words_of_inspectors{
    "@<>+troupe::inspection_question", "@<>+troupe::inspection_continuation"};
constexpr std::string_view answer_to_inspectors = "@<>+troupe::inspection_answer";
/// To a request. One that answers nothing would end whoever gets it.
constexpr std::string_view error_words = "@<>+@error";
/// What CAF asks each new node by itself. Nobody answers.
constexpr std::string_view question_of_caf = "@<>+@atom+@atom+@str";

std::uint8_t byte_at(std::span<const char> bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}

std::uint64_t speaker_of(std::span<const char> header) {
  std::uint64_t result = 0;
  for (auto i = speaker_at; i < speaker_end; ++i) result = result << 8U | byte_at(header, i);
  return result;
}

/// Takes a number off the front: seven bits a byte, the least significant first. Nothing if it is
/// none.
std::optional<std::size_t> take_number(std::span<const char>& bytes) {
  constexpr std::size_t longest = 4;
  std::size_t result = 0;
  for (std::size_t i = 0; i < std::min(longest, bytes.size()); ++i) {
    const auto next = byte_at(bytes, i);
    result |= std::size_t{next & 0x7FU} << (7 * i);
    if ((next & 0x80U) != 0) continue;
    bytes = bytes.subspan(i + 1);
    return result;
  }
  return std::nullopt;
}

bool is_among(const auto& known, std::string_view words) {
  return std::ranges::find(known, words) != known.end();
}

}  // namespace

std::string link_grammar::complaint(std::span<const char> message) {
  switch (std::exchange(next_, payload::none)) {
    case payload::none:
      return complaint_about_header(message);
    case payload::greeting:
      return complaint_about_greeting(message);
    case payload::words:
      return complaint_about_words(message);
    case payload::other:
      return {};
  }
  return {};
}

/// CAF takes for granted that whatever has a payload comes with one.
std::string link_grammar::complaint_about_header(std::span<const char> bytes) {
  if (bytes.size() != caf::io::basp::header_size) return not_ours;
  const auto operation = byte_at(bytes, 0);
  const bool is_greeting =
      operation == static_cast<std::uint8_t>(whose_ == initiative::ours
                                                 ? message_type::server_handshake
                                                 : message_type::client_handshake);
  if (greetings_ == 0 && !is_greeting) return not_ours;
  is_for_name_ = (byte_at(bytes, flags_at) & header::named_receiver_flag) != 0;
  is_answer_ = (byte_at(bytes, number_at) & answer_bit) != 0;
  const bool has_payload = std::ranges::any_of(bytes.subspan(size_at, size_end - size_at),
                                               [](char byte) { return byte != 0; });
  const bool is_heartbeat = operation == static_cast<std::uint8_t>(message_type::heartbeat);
  if (has_payload == is_heartbeat)
    return greetings_ == 0 ? not_ours
                           : "it said nothing where a node says something, or the reverse";
  if (operation == static_cast<std::uint8_t>(message_type::direct_message) &&
      !may_speak(speaker_of(bytes)))
    return "more of its actors speak than a node has";
  return complaint_about_operation(operation);
}

std::string link_grammar::complaint_about_operation(std::uint8_t operation) {
  switch (static_cast<message_type>(operation)) {
    case message_type::server_handshake:
      next_ = payload::greeting;
      return greetings_ == 0 ? std::string{} : "it greets once more than a node does";
    case message_type::client_handshake:
      next_ = payload::greeting;
      return whose_ == initiative::theirs && greetings_ < most_greetings
                 ? std::string{}
                 : "it greets once more than a node does";
    case message_type::direct_message:
      next_ = payload::words;
      return {};
    case message_type::monitor_message:
    case message_type::down_message:
      next_ = payload::other;
      return {};
    case message_type::heartbeat:
      return {};
    default:
      return fmt::format("it did what no node does to another (operation {})", operation);
  }
}

/// CAF would take each that differs for another node, and keep something for it for good.
std::string link_grammar::complaint_about_greeting(std::span<const char> bytes) {
  if (bytes.size() > longest_greeting) return not_ours;
  const std::string_view greeting{bytes.data(), bytes.size()};
  if (greetings_++ == 0) {
    greeting_ = greeting;
    return {};
  }
  return greeting == greeting_ ? std::string{} : "it says that it is another than it said before";
}

std::string link_grammar::complaint_about_words(std::span<const char> bytes) {
  const bool begins_well = bytes.size() > before_words.size() &&
                           std::ranges::equal(bytes.first(before_words.size()), before_words);
  if (!begins_well) return "it said what no node says";
  bytes = bytes.subspan(before_words.size());
  const auto length = take_number(bytes);
  if (!length || *length > bytes.size()) return "it said what no node says";
  const std::string_view words{bytes.data(), *length};
  if (!may_say(words)) return fmt::format("it said what no node says ({})", printable(words));
  has_asked_ = has_asked_ || !is_for_name_;
  return {};
}

bool link_grammar::may_say(std::string_view words) {
  if (is_for_name_) return words == question_of_caf;
  if (is_answer_ && words == error_words) return true;
  for (const auto what_for : {link_purpose::stream, link_purpose::inspection}) {
    const bool may_be_for = purpose_ == link_purpose::unknown || purpose_ == what_for;
    if (!may_be_for || !may_say(words, what_for)) continue;
    purpose_ = what_for;
    return true;
  }
  return false;
}

bool link_grammar::may_say(std::string_view words, link_purpose what_for) const {
  if (what_for == link_purpose::stream)
    return is_answer_ ? is_among(answers_about_streams, words)
                      : is_among(words_about_streams, words);
  if (whose_ == initiative::ours) return is_answer_ && words == answer_to_inspectors;
  return !is_answer_ && is_among(words_of_inspectors, words);
}

bool link_grammar::may_speak(std::uint64_t actor) {
  if (std::ranges::find(speakers_, actor) != speakers_.end()) return true;
  speakers_.push_back(actor);
  return speakers_.size() <= most_speakers;
}

}  // namespace troupe::network
