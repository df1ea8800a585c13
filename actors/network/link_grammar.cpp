#include "actors/network/link_grammar.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <caf/io/basp/header.hpp>
#include <fmt/format.h>

namespace troupe::network {
namespace {

using caf::io::basp::header;
using caf::io::basp::message_type;

/// Of a header: the operation first, flags, and the size of what follows, the most significant byte
/// first.
constexpr std::size_t flags_at = 3;
constexpr std::size_t size_at = 4;
constexpr std::size_t size_end = 8;
constexpr std::size_t longest_quote = 60;
/// It comes from nobody else, and its words are given by their names.
constexpr std::array<char, 3> before_words{};

/// What actors of nodes say to each other, by the names that CAF gives it.
constexpr std::array<std::string_view, 9> words_of_actors{
    "@<>+troupe::link_request+troupe::link_receiver_actor",
    "@<>+troupe::link_offer+troupe::link_sender_actor",
    "@<>+troupe::link_frame",
    "@<>+troupe::link_path",
    "@<>+troupe::link_credit",
    "@<>+troupe::link_goodbye",
    "@<>+troupe::clock_question",
    "@<>+troupe::clock_answer",
    "@<>+@error"};
/// What CAF asks each new node by itself. Nobody answers.
constexpr std::string_view question_of_caf = "@<>+@atom+@atom+@str";

std::uint8_t byte_at(std::span<const char> bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
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

std::string printable(std::string_view text) {
  std::string result{text.substr(0, longest_quote)};
  std::ranges::replace_if(
      result, [](char c) { return c < ' ' || c > '~'; }, '?');
  return result;
}

}  // namespace

std::string link_grammar::complaint(std::span<const char> message) {
  if (!std::exchange(expects_payload_, false)) return complaint_about_header(message);
  if (!std::exchange(expects_words_, false)) return {};
  return complaint_about_words(message);
}

std::string link_grammar::complaint_about_header(std::span<const char> bytes) {
  if (bytes.size() != caf::io::basp::header_size) return "it is no node of Troupe";
  const auto operation = static_cast<message_type>(byte_at(bytes, 0));
  is_for_name_ = (byte_at(bytes, flags_at) & header::named_receiver_flag) != 0;
  expects_payload_ = std::ranges::any_of(bytes.subspan(size_at, size_end - size_at),
                                         [](char byte) { return byte != 0; });
  const auto greeting =
      whose_ == initiative::ours ? message_type::server_handshake : message_type::client_handshake;
  if (!std::exchange(has_greeted_, true))
    return operation == greeting ? std::string{} : "it is no node of Troupe";
  switch (operation) {
    case message_type::client_handshake:  // twice: before it heard from us, and after
      return whose_ == initiative::theirs ? std::string{} : "it greets as only a subscriber does";
    case message_type::direct_message:
      expects_words_ = expects_payload_;
      return expects_payload_ ? std::string{} : "it said nothing where a node says something";
    case message_type::monitor_message:
    case message_type::down_message:
    case message_type::heartbeat:
      return {};
    default:
      return fmt::format("it did what no node does to another (operation {})",
                         static_cast<int>(operation));
  }
}

std::string link_grammar::complaint_about_words(std::span<const char> bytes) const {
  const bool begins_well = bytes.size() > before_words.size() &&
                           std::ranges::equal(bytes.first(before_words.size()), before_words);
  if (!begins_well) return "it said what no node says";
  bytes = bytes.subspan(before_words.size());
  const auto length = take_number(bytes);
  if (!length || *length > bytes.size()) return "it said what no node says";
  const std::string_view words{bytes.data(), *length};
  const bool is_known = is_for_name_
                            ? words == question_of_caf
                            : std::ranges::find(words_of_actors, words) != words_of_actors.end();
  return is_known ? std::string{} : fmt::format("it said what no node says ({})", printable(words));
}

}  // namespace troupe::network
