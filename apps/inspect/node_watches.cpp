#include "apps/inspect/node_watches.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "apps/inspect/text/printable.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting {
namespace {

bool are_of_same_node(const node_view& one, const node_view& other) {
  if (!one.latest || !other.latest) return false;
  const auto& here = one.latest->parsed.node;
  const auto& there = other.latest->parsed.node;
  return here.host == there.host && are_of_same_run(here, there);
}

}  // namespace

node_watches::node_watches(const std::vector<target>& nodes, channel_maker make_channel,
                           bool follows)
    : make_channel_(std::move(make_channel)),
      follows_(follows),
      change_descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!change_descriptor_) throw std::system_error{errno, std::generic_category(), "eventfd"};
  if (nodes.size() > most_nodes)
    throw failure{failure_kind::bad_value,
                  fmt::format("{} nodes are more than can be watched at once; name at most {}",
                              nodes.size(), most_nodes)};
  for (const auto& node : nodes) add(node);
}

node_watches::~node_watches() {
  std::vector<std::unique_ptr<node_watch>> over;
  {
    const std::lock_guard lock{watches_mutex_};
    is_ending_ = true;
    over.swap(watches_);
  }
  // Without the lock, which the watches' threads may wait for.
  for (const auto& watch : over) watch->request_stop();
}

void node_watches::add(const target& node) {
  const std::lock_guard lock{watches_mutex_};
  if (is_ending_ || watches_.size() >= most_nodes || !known_.insert(to_string(node)).second) return;
  watches_.push_back(std::make_unique<node_watch>(node, make_channel_, [this] { note_change(); }));
}

std::vector<std::shared_ptr<const node_view>> node_watches::all_views() const {
  const std::lock_guard lock{watches_mutex_};
  std::vector<std::shared_ptr<const node_view>> result;
  result.reserve(watches_.size());
  for (const auto& watch : watches_) result.push_back(watch->view());
  return result;
}

std::vector<std::shared_ptr<const node_view>> node_watches::views() const {
  std::vector<std::shared_ptr<const node_view>> result;
  for (auto& view : all_views())
    if (std::none_of(result.begin(), result.end(),
                     [&](const auto& each) { return are_of_same_node(*each, *view); }))
      result.push_back(std::move(view));
  return result;
}

std::unique_ptr<node_channel> node_watches::open_channel_to(const target& node) const {
  return make_channel_(node);
}

void node_watches::note_change() {
  if (follows_) add_neighbours();
  {
    const std::lock_guard lock{mutex_};
    ++changes_;
  }
  changed_.notify_all();
  const std::uint64_t once = 1;
  // It can fail only where it has been done very often.
  static_cast<void>(!::write(change_descriptor_.get(), &once, sizeof once));
}

void node_watches::add_neighbours() {
  for (const auto& view : all_views()) {
    if (!view->latest || !view->latest->parsed.upstream) continue;
    const auto& address = view->latest->parsed.upstream->address;
    if (address.empty()) continue;
    try {
      add(parse_node_address(address));
    } catch (const failure& trouble) {
      spdlog::debug("{} cannot be followed: {}", printable(address), printable(trouble.what()));
    }
  }
}

std::uint64_t node_watches::changes_so_far() const {
  const std::lock_guard lock{mutex_};
  return changes_;
}

std::uint64_t node_watches::wait_for_change(std::uint64_t seen,
                                            std::chrono::milliseconds longest) const {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, longest, [&] { return changes_ > seen; });
  return changes_;
}

void node_watches::take_change() const {
  std::uint64_t changes = 0;
  static_cast<void>(!::read(change_descriptor_.get(), &changes, sizeof changes));
}

}  // namespace troupe::inspecting
