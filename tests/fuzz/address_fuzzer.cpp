/// Feeds hostile text to the readers of addresses: they return an address that, written out, reads
/// back as itself, or they throw a failure with something to say.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "protocol/address.hpp"
#include "protocol/failure.hpp"

namespace {

using namespace troupe;

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

template <class Read>
void read_or_refuse(std::string_view text, Read read) {
  try {
    read(text);
  } catch (const failure& refusal) {
    require(refusal.kind() == failure_kind::bad_value, "a refusal is of a bad value");
    require(std::string_view{refusal.what()}.size() > 0, "a refusal says why");
  }
}

void read_source(std::string_view text) {
  const auto address = parse_source_address(text);
  const auto written = to_string(address);
  try {
    require(parse_source_address(written) == address, "an address written out is the same");
  } catch (const failure&) {
    require(false, "an address written out can be read");
  }
}

void read_output(std::string_view text) { static_cast<void>(parse_output_address(text)); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  read_or_refuse(text, read_source);
  read_or_refuse(text, read_output);
  return 0;
}
