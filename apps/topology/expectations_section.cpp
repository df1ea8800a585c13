#include "apps/topology/expectations_section.hpp"

#include <optional>
#include <string>

namespace troupe::topology {
namespace {

/// Reads a limit with `read` unless it is lifted.
template <class Value, class Read>
void change(toml_section& section, const std::string& key, std::optional<Value>& limit, Read read) {
  if (section.says_any(key)) {
    static_cast<void>(section.text(key));  // it is known
    limit.reset();
  } else if (const auto given = (section.*read)(key)) {
    limit = given;
  }
}

void change_node(toml_section& section, node_expectations& expected) {
  const auto read = &toml_section::whole_number;
  change(section, "most_memory_kib", expected.most_memory_kib, read);
  change(section, "most_memory_growth_kib", expected.most_memory_growth_kib, read);
  change(section, "most_actor_restarts", expected.most_actor_restarts, read);
}

void change_listener(toml_section& section, listener_expectations& expected) {
  const auto read_count = &toml_section::whole_number;
  const auto read_time = &toml_section::microseconds;
  change(section, "most_missing_frames", expected.most_missing_frames, read_count);
  change(section, "most_gaps", expected.most_gaps, read_count);
  change(section, "most_latency_p50", expected.most_latency_p50, read_time);
  change(section, "most_latency_p99", expected.most_latency_p99, read_time);
  change(section, "most_recovery", expected.most_recovery, read_time);
  if (const auto given = section.truth("hears_at_the_end")) expected.hears_at_the_end = *given;
}

}  // namespace

expectations read_expectations(toml_section section) {
  expectations result;
  change_listener(section, result.of_listeners);
  change_node(section, result.of_nodes);
  section.finish();
  return result;
}

node_expectations read_node_expectations(toml_section section, node_expectations of_all) {
  change_node(section, of_all);
  section.finish();
  return of_all;
}

listener_expectations read_listener_expectations(toml_section section,
                                                 listener_expectations of_all) {
  change_listener(section, of_all);
  section.finish();
  return of_all;
}

}  // namespace troupe::topology
