#include "actors/supervision/turn.hpp"

#include <cstdlib>
#include <memory>

#include <caf/actor_system.hpp>
#include <cxxabi.h>

namespace troupe::supervision {
namespace {

std::string demangled(const std::type_info& type) {
  const std::unique_ptr<char, decltype(&std::free)> name{
      abi::__cxa_demangle(type.name(), nullptr, nullptr, nullptr), &std::free};
  return name ? name.get() : type.name();
}

}  // namespace

void turn_record::begin(const caf::mailbox_element& message) noexcept {
  const auto& content = message.content();
  if (!content.empty()) {
    const auto [type_number, type] = content.type(0);
    type_number_.store(type_number, std::memory_order_relaxed);
    type_.store(type, std::memory_order_relaxed);
    const bool is_atom = type_number == caf::type_nr<caf::atom_value>::value;
    atom_.store(is_atom ? static_cast<std::uint64_t>(content.get_as<caf::atom_value>(0)) : 0,
                std::memory_order_relaxed);
  }
  number_.store(number_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

void turn_record::begin(caf::atom_value name) noexcept {
  atom_.store(static_cast<std::uint64_t>(name), std::memory_order_relaxed);
  number_.store(number_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

void turn_record::end() noexcept {
  number_.store(number_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

std::string turn_record::message_name(caf::actor_system& system) const {
  if (const auto atom = atom_.load(std::memory_order_relaxed); atom != 0)
    return to_string(static_cast<caf::atom_value>(atom));
  const caf::rtti_pair type{type_number_.load(std::memory_order_relaxed),
                            type_.load(std::memory_order_relaxed)};
  // Types that never leave the process have no portable name.
  if (type.first == 0 && type.second != nullptr) return demangled(*type.second);
  return system.types().portable_name(type);
}

}  // namespace troupe::supervision
