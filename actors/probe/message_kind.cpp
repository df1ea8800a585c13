#include "actors/probe/message_kind.hpp"

#include <bit>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <typeinfo>

#include <caf/actor_system.hpp>
#include <cxxabi.h>

namespace troupe::probe {
namespace {

std::string demangled(const std::type_info& type) {
  const std::unique_ptr<char, decltype(&std::free)> name{
      abi::__cxa_demangle(type.name(), nullptr, nullptr, nullptr), &std::free};
  return name ? name.get() : type.name();
}

/// Who reads knows where our types are from.
std::string without_namespace(std::string name) {
  constexpr std::string_view ours = "troupe::";
  for (auto at = name.find(ours); at != std::string::npos; at = name.find(ours))
    name.erase(at, ours.size());
  return name;
}

}  // namespace

message_kind message_kind::of(const caf::mailbox_element& message) noexcept {
  const auto& content = message.content();
  if (content.empty()) return {};
  const auto [number, type] = content.type(0);
  if (number == caf::type_nr<caf::atom_value>::value) return of(content.get_as<caf::atom_value>(0));
  if (number != 0) return {form::type_number, number};
  return {form::internal_type, std::bit_cast<std::uint64_t>(type)};
}

std::string message_kind::name(caf::actor_system& system) const {
  switch (what) {
    case form::nothing:
      return "nothing";
    case form::atom:
      return to_string(static_cast<caf::atom_value>(value));
    case form::type_number:
      return without_namespace(
          system.types().portable_name(static_cast<std::uint16_t>(value), nullptr));
    case form::internal_type:
      return without_namespace(demangled(*std::bit_cast<const std::type_info*>(value)));
  }
  return {};
}

}  // namespace troupe::probe
