#pragma once

#include <cstdint>

#include <caf/optional.hpp>

namespace troupe {

/// How the machine and this process did since the reading before. What cannot be read here is
/// absent.
struct system_reading {
  /// CPU time of this process, in cores: 1 is all the time of one.
  caf::optional<double> process_cpu;
  /// How long its threads waited for a core though they had something to do, as a share of the
  /// time, all threads together.
  caf::optional<double> run_queue_delay;
  /// Share of all cores' time that was used by anybody, or taken away by the host.
  caf::optional<double> machine_cpu;
  /// Of that, the part that was taken away by the host of a virtual machine.
  caf::optional<double> machine_steal;
  /// Share of the time in which somebody on the machine waited for a core (PSI, "some").
  caf::optional<double> cpu_pressure;
  /// Share of the periods of its CPU quota in which this process's control group used it up.
  caf::optional<double> quota_exhausted;
  /// Share of the machine's memory that can still be had.
  caf::optional<double> memory_available;
  caf::optional<std::int64_t> resident_kib;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, system_reading& x) {
  return f(x.process_cpu, x.run_queue_delay, x.machine_cpu, x.machine_steal, x.cpu_pressure,
           x.quota_exhausted, x.memory_available, x.resident_kib);
}

}  // namespace troupe
