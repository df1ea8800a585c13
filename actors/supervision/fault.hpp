#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_control_block.hpp>
#include <caf/allowed_unsafe_message_type.hpp>

namespace troupe::supervision {

/// Trouble that a player runs into on purpose, when it is sent this.
struct injected_fault {
  enum class kind : std::uint8_t {
    exception,      ///< the handler throws
    out_of_memory,  ///< the handler finds no memory
    hang,           ///< the handler does not return for `duration`
    slowness,       ///< each turn takes `duration` longer, from now on
  };

  kind what = kind::exception;
  std::chrono::nanoseconds duration{};

  void strike() const;
};

/// Makes faults for tests and for people who want to see what a failure does. Every player could be
/// hit; only who is made known here is. May be called from any thread.
class fault_injector {
 public:
  /// Finds an actor that is not known by name; null when there is none.
  using finder = std::function<caf::strong_actor_ptr(const std::string& name)>;

  explicit fault_injector(finder find_other = nullptr) : find_other_(std::move(find_other)) {}

  /// `address` is a role, or an actor. A later one of the same name takes the earlier one's place.
  void add(const std::string& name, const caf::strong_actor_ptr& address);

  [[nodiscard]] std::vector<std::string> names() const;

  /// These return false when nobody has that name, and throw failure when there is nobody now whom
  /// the fault could hit.
  bool kill(const std::string& name);
  bool raise(const std::string& name);
  bool exhaust(const std::string& name);
  bool hang(const std::string& name, std::chrono::nanoseconds duration);
  bool slow(const std::string& name, std::chrono::nanoseconds each_turn);
  /// The next `times` starts of the child fail. Returns false when nobody has that name, and throws
  /// failure for who plays no role: no supervisor starts such an actor again.
  bool fail_to_start(const std::string& name, std::uint64_t times);

  /// Throws if the child of this name is to fail to start now. For its maker to call.
  void before_start(const std::string& name);

 private:
  struct target {
    caf::strong_actor_ptr address;
    std::uint64_t starts_to_fail = 0;
  };

  bool send(const std::string& name, const injected_fault& fault);
  [[nodiscard]] caf::strong_actor_ptr address_of(const std::string& name) const;

  const finder find_other_;
  mutable std::mutex mutex_;
  std::map<std::string, target> targets_;
};

}  // namespace troupe::supervision

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::supervision::injected_fault)
