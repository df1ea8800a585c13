#pragma once

#include <doctest/doctest.h>

#include "protocol/failure.hpp"

namespace troupe::test {

/// What kind of failure `act` is refused with. It is to be refused.
template <class Act>
failure_kind refusal_of(Act&& act) {
  try {
    static_cast<void>(act());
  } catch (const failure& refused) {
    return refused.kind();
  }
  FAIL("it was not refused");
  return {};
}

}  // namespace troupe::test
