#include "apps/topology/topology_check.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "apps/topology/fault_text.hpp"
#include "apps/topology/node_graph.hpp"
#include "apps/topology/node_option_check.hpp"
#include "apps/topology/time_text.hpp"
#include "protocol/address.hpp"
#include "protocol/failure.hpp"

namespace troupe::topology {
namespace {

using findings = std::vector<std::string>;

/// What a network interface's name has room for.
constexpr std::size_t longest_node_name = 15;
/// With it, a socket's path in a directory that is not deep has room as well.
constexpr std::size_t longest_listener_name = 40;
constexpr std::size_t most_listeners = 10'000;

template <class... Values>
void tell(findings& found, fmt::format_string<Values...> text, Values&&... values) {
  found.push_back(fmt::format(text, std::forward<Values>(values)...));
}

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

void check_name(findings& found, const std::string& what, const std::string& name,
                std::size_t longest) {
  const auto is_good = !name.empty() && name.size() <= longest && name.front() != '-' &&
                       static_cast<unsigned char>(name.front()) < 0x80 &&
                       std::all_of(name.begin(), name.end(), is_name_character);
  if (!is_good)
    tell(found,
         "{} \"{}\": the name cannot be that of a file and of an interface; take 1 to {} letters, "
         "digits, - and _, and do not begin with -",
         what, name, longest);
}

/// Its own and, where there are several of it, those that they go by.
std::vector<std::string> names_of(const planned_listener& listener) {
  std::vector<std::string> names{listener.name};
  for (std::size_t i = 1; listener.count > 1 && i <= std::min(listener.count, most_listeners); ++i)
    names.push_back(fmt::format("{}-{}", listener.name, i));
  return names;
}

void check_names(findings& found, const plan& planned) {
  std::set<std::string> taken;
  const auto take = [&](const std::string& what, const std::string& shown,
                        const std::vector<std::string>& names) {
    for (const auto& name : names) {
      if (taken.insert(name).second) continue;
      tell(found, "{} \"{}\": the name \"{}\" is there twice; give each node and listener its own",
           what, shown, name);
      return;
    }
  };
  for (const auto& node : planned.nodes) {
    check_name(found, "node", node.name, longest_node_name);
    take("node", node.name, {node.name});
  }
  for (const auto& listener : planned.listeners) {
    check_name(found, "listener", listener.name, longest_listener_name);
    take("listener", listener.name, names_of(listener));
  }
}

void check_quality(findings& found, const std::string& where, const link_quality& quality) {
  if (!(quality.loss >= 0 && quality.loss <= 1))  // so that a NaN is found
    tell(found, "{}: a loss of {:g} % cannot be; take 0 to 100", where, quality.loss * 100);
  if (quality.delay.count() < 0)
    tell(found, "{}: a delay of {} cannot be; take 0 or more", where, exact_text(quality.delay));
}

void check_source(findings& found, const planned_node& node) {
  if (node.source.empty() && node.upstreams.empty())
    tell(found, "node \"{}\" has neither source nor upstreams; give it one or the other",
         node.name);
  if (!node.source.empty() && !node.upstreams.empty())
    tell(found, "node \"{}\" has both source and upstreams; take one away", node.name);
  if (node.source.empty()) return;
  if (is_link_source(node.source)) {
    tell(found, "node \"{}\" has a link as its source; name the other node in upstreams instead",
         node.name);
    return;
  }
  try {
    static_cast<void>(parse_source_address(node.source));
  } catch (const failure& trouble) {
    tell(found, "node \"{}\" has a source that cannot be: {}", node.name, trouble.what());
  }
}

void check_upstreams(findings& found, const plan& planned, const node_graph& graph) {
  for (const auto& node : planned.nodes) {
    std::set<std::string> seen;
    for (const auto& link : node.upstreams) {
      if (!graph.find(link.upstream))
        tell(found, "node \"{}\" has the upstream \"{}\", which is no node; name one that is there",
             node.name, link.upstream);
      if (!seen.insert(link.upstream).second)
        tell(found, "node \"{}\" has the upstream \"{}\" twice; name it once", node.name,
             link.upstream);
      check_quality(found, fmt::format("link {} > {}", link.upstream, node.name), link.quality);
    }
  }
}

void check_loop(findings& found, const plan& planned, const node_graph& graph) {
  const auto loop = graph.loop();
  if (loop.empty()) return;
  std::string way;
  for (const auto node : loop) way += planned.nodes[node].name + " < ";
  tell(found, "node \"{0}\" has itself upstream: {1}{0}; take one of these links away",
       planned.nodes[loop.front()].name, way);
}

void check_nodes(findings& found, const plan& planned, const node_graph& graph) {
  if (planned.nodes.empty()) tell(found, "there is no node; add one with a source");
  for (const auto& node : planned.nodes) {
    check_source(found, node);
    if (const auto complaint = complaint_about_options(node.options))
      tell(found, "node \"{}\" has options that cannot be: {}", node.name, *complaint);
  }
  check_upstreams(found, planned, graph);
  check_loop(found, planned, graph);
}

template <class Time>
void check_limit(findings& found, const std::string& listener, std::string_view key,
                 const std::optional<Time>& limit) {
  if (limit && limit->count() <= 0)
    tell(found, "listener \"{}\": {} is {}, which nothing keeps to; take a time of more than 0",
         listener, key, exact_text(*limit));
}

void check_listeners(findings& found, const plan& planned, const node_graph& graph) {
  std::size_t count = 0;
  for (const auto& listener : planned.listeners) {
    if (!graph.find(listener.node))
      tell(found, "listener \"{}\" is at \"{}\", which is no node; name one that is there",
           listener.name, listener.node);
    if (listener.count == 0)
      tell(found, "listener \"{}\" is there 0 times; let count be 1 or more, or take it away",
           listener.name);
    check_limit(found, listener.name, "most_latency_p50", listener.expected.most_latency_p50);
    check_limit(found, listener.name, "most_latency_p99", listener.expected.most_latency_p99);
    check_limit(found, listener.name, "most_recovery", listener.expected.most_recovery);
    count += std::min(listener.count, most_listeners + 1);
  }
  if (count > most_listeners)
    tell(found, "there are more than {} listeners; lower their counts", most_listeners);
}

bool has_link(const plan& planned, std::size_t node, const std::string& upstream) {
  const auto& links = planned.nodes[node].upstreams;
  return std::any_of(links.begin(), links.end(),
                     [&](const auto& link) { return link.upstream == upstream; });
}

void check_target(findings& found, const std::string& which, const planned_fault& fault,
                  const plan& planned, const node_graph& graph) {
  const auto node = graph.find(fault.node);
  if (!node) {
    tell(found, "{}: \"{}\" is no node; name one that is there", which, fault.node);
  } else if (is_of_link(fault.kind) && !has_link(planned, *node, fault.upstream)) {
    tell(found, "{}: \"{}\" has no link to \"{}\"; name one of its upstreams", which, fault.node,
         fault.upstream);
  }
  if (!is_of_link(fault.kind) && !fault.upstream.empty())
    tell(found, "{}: it befalls a node, not a link; take upstream away", which);
  if (fault.kind == fault_kind::kill_actor && fault.actor.empty())
    tell(found, "{}: it names no actor; add one, such as \"frame_processor\"", which);
  if (fault.kind != fault_kind::kill_actor && !fault.actor.empty())
    tell(found, "{}: it befalls no actor; take actor away", which);
}

void check_times(findings& found, const std::string& which, const planned_fault& fault,
                 const plan& planned) {
  if (fault.at.count() < 0) tell(found, "{}: it is before the run; let at be 0 or more", which);
  if (fault.lasts && is_momentary(fault.kind))
    tell(found, "{}: it lasts no time of its own; take lasts away", which);
  if (fault.lasts && fault.lasts->count() <= 0)
    tell(found, "{}: it lasts no time; let lasts be more than 0, or take it away", which);
  if (fault.at >= planned.duration) {
    tell(found, "{}: it is after the run's end, at {}; let it begin earlier, or the run be longer",
         which, exact_text(planned.duration));
  } else if (fault.lasts && fault.at + *fault.lasts > planned.duration) {
    tell(found,
         "{}: it ends after the run, at {}; let it be earlier or shorter, or the run be longer (a "
         "fault without lasts is there until the end)",
         which, exact_text(fault.at + *fault.lasts));
  }
}

void check_faults(findings& found, const plan& planned, const node_graph& graph) {
  for (const auto& fault : planned.faults) {
    const auto which = fmt::format("fault at {} ({})", exact_text(fault.at), text_of(fault));
    check_target(found, which, fault, planned, graph);
    check_times(found, which, fault, planned);
    check_quality(found, which, fault.quality);
    if (fault.kind == fault_kind::quality && fault.quality == link_quality{})
      tell(found, "{}: it changes nothing; add delay, loss_percent or bits_per_second", which);
    if (fault.kind != fault_kind::quality && fault.quality != link_quality{})
      tell(found,
           "{}: it has to do with no quality; take delay, loss_percent and bits_per_second away",
           which);
  }
}

}  // namespace

std::vector<std::string> check(const plan& planned) {
  findings found;
  const node_graph graph{planned};
  if (planned.duration.count() <= 0)
    tell(found, "the run lasts no time; let duration be more than 0");
  check_names(found, planned);
  check_nodes(found, planned, graph);
  check_listeners(found, planned, graph);
  check_faults(found, planned, graph);
  return found;
}

void refuse_if_wrong(const plan& planned, const std::string& name) {
  const auto found = check(planned);
  if (!found.empty())
    throw failure{failure_kind::bad_config, fmt::format("the topology \"{}\" cannot be run:\n  {}",
                                                        name, fmt::join(found, "\n  "))};
}

std::size_t listeners_in(const plan& planned) {
  std::size_t count = 0;
  for (const auto& listener : planned.listeners) count += listener.count;
  return count;
}

}  // namespace troupe::topology
