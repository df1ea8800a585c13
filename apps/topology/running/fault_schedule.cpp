#include "apps/topology/running/fault_schedule.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "apps/common/order_line.hpp"
#include "apps/topology/running/plan_links.hpp"

namespace troupe::topology {
namespace {

/// A node that is stopped is not waited for: other faults are due.
constexpr std::chrono::seconds patience_for_answer{1};

bool is_about_a_link(fault_kind kind) {
  return kind == fault_kind::partition || kind == fault_kind::quality;
}

bool is_same_link(const planned_fault& one, const planned_fault& other) {
  return is_about_a_link(one.kind) && one.node == other.node && one.upstream == other.upstream;
}

}  // namespace

std::string to_text(const planned_fault& fault) {
  switch (fault.kind) {
    case fault_kind::kill:
      return fmt::format("{} is killed", fault.node);
    case fault_kind::stop:
      return fmt::format("{} is stopped", fault.node);
    case fault_kind::restart:
      return fmt::format("{} is restarted", fault.node);
    case fault_kind::kill_actor:
      return fmt::format("{}'s {} is killed", fault.node, fault.actor);
    case fault_kind::partition:
      return fmt::format("the link from {} to {} is partitioned", fault.node, fault.upstream);
    case fault_kind::quality:
      return fmt::format("the link from {} to {} changes", fault.node, fault.upstream);
  }
  return {};
}

std::string end_to_text(const planned_fault& fault) {
  switch (fault.kind) {
    case fault_kind::kill:
    case fault_kind::restart:
      return fmt::format("{} is started again", fault.node);
    case fault_kind::stop:
      return fmt::format("{} goes on", fault.node);
    case fault_kind::partition:
      return fmt::format("the link from {} to {} is whole again", fault.node, fault.upstream);
    case fault_kind::quality:
      return fmt::format("the link from {} to {} is as it was", fault.node, fault.upstream);
    case fault_kind::kill_actor:
      break;  // its supervisor is to end it
  }
  return {};
}

fault_schedule::fault_schedule(const plan& planned, stage on)
    : planned_(planned), on_(std::move(on)) {
  for (const auto& fault : planned.faults) {
    entry it;
    it.fault.planned = fault;
    entries_.push_back(std::move(it));
  }
  std::ranges::stable_sort(entries_, {}, [](const entry& it) { return it.fault.planned.at; });
}

void fault_schedule::advance(run_time now) {
  for (auto& it : entries_) {
    if (!it.is_begun && now >= it.fault.planned.at) begin(it, now);
    if (it.is_active && is_to_end(it, now)) end(it, now);
  }
}

std::vector<done_fault> fault_schedule::done() const {
  std::vector<done_fault> result;
  for (const auto& it : entries_)
    if (it.is_begun) result.push_back(it.fault);
  return result;
}

void fault_schedule::begin(entry& it, run_time now) {
  it.is_begun = true;
  it.is_active = true;
  it.fault.begun = now;
  try {
    do_it(it.fault.planned);
    on_.tell(to_text(it.fault.planned));
  } catch (const std::exception& trouble) {
    it.is_active = false;
    it.fault.error = trouble.what();
    on_.tell(fmt::format("{}: that failed: {}", to_text(it.fault.planned), trouble.what()));
  }
}

void fault_schedule::end(entry& it, run_time now) {
  it.is_active = false;
  try {
    undo_it(it.fault.planned);
    it.fault.ended = now;
    if (const auto text = end_to_text(it.fault.planned); !text.empty()) on_.tell(text);
  } catch (const std::exception& trouble) {
    it.fault.error = trouble.what();
    on_.tell(fmt::format("{}, and cannot be again as it was: {}", to_text(it.fault.planned),
                         trouble.what()));
  }
}

void fault_schedule::do_it(const planned_fault& fault) {
  if (is_about_a_link(fault.kind)) return set_link(fault);
  auto& node = node_of(fault);
  if (!node.runs()) throw std::runtime_error{fault.node + " does not run"};
  if (fault.kind == fault_kind::kill) node.kill();
  if (fault.kind == fault_kind::stop) node.stop();
  if (fault.kind == fault_kind::restart) node.end_in_order();
  if (fault.kind == fault_kind::kill_actor) kill_actor(fault);
}

void fault_schedule::undo_it(const planned_fault& fault) {
  if (is_about_a_link(fault.kind)) return set_link(fault);
  if (fault.kind == fault_kind::stop) node_of(fault).let_go_on();
  if (fault.kind == fault_kind::kill || fault.kind == fault_kind::restart) node_of(fault).start();
}

bool fault_schedule::is_to_end(const entry& it, run_time now) {
  const auto& fault = it.fault.planned;
  const bool is_long_enough = fault.lasts && now >= it.fault.begun + *fault.lasts;
  if (fault.kind == fault_kind::kill_actor) return true;
  if (fault.kind == fault_kind::restart)
    return (is_long_enough || !fault.lasts) && !node_of(fault).runs();
  return is_long_enough;
}

void fault_schedule::kill_actor(const planned_fault& fault) const {
  order_line orders{on_.orders_at(node_index(planned_, fault.node)), patience_for_answer};
  const auto answer = orders.order("kill " + fault.actor);
  if (answer != "ok") throw std::runtime_error{answer};
}

/// As all faults have it that are active: the last one of each kind counts.
void fault_schedule::set_link(const planned_fault& fault) {
  const auto link = link_index(planned_, fault);
  bool is_partitioned = false;
  auto quality = links_of(planned_).at(link).quality;
  for (const auto& it : entries_) {
    if (!it.is_active || !is_same_link(it.fault.planned, fault)) continue;
    is_partitioned = is_partitioned || it.fault.planned.kind == fault_kind::partition;
    if (it.fault.planned.kind == fault_kind::quality) quality = it.fault.planned.quality;
  }
  if (fault.kind == fault_kind::partition) {
    on_.network.set_partitioned(link, is_partitioned);
  } else {
    on_.network.set_quality(link, quality);
  }
}

running_node& fault_schedule::node_of(const planned_fault& fault) const {
  return *on_.nodes.at(node_index(planned_, fault.node));
}

}  // namespace troupe::topology
