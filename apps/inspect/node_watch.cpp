#include "apps/inspect/node_watch.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "apps/common/give_way.hpp"
#include "apps/inspect/questions.hpp"

namespace troupe::inspecting {
namespace {

using namespace std::chrono_literals;

constexpr auto snapshot_period = 1s;
constexpr auto event_period = 200ms;
/// Changes over less time than this would jump.
constexpr auto least_interval = 900ms;
constexpr auto first_delay = 200ms;
constexpr auto longest_delay = 5s;
constexpr unsigned most_doublings = 5;

std::chrono::milliseconds delay_after(unsigned failed_tries) {
  const auto doublings = std::min(failed_tries - 1, most_doublings);
  return std::min<std::chrono::milliseconds>(first_delay * (1U << doublings), longest_delay);
}

std::shared_ptr<const node_view> first_view(const target& node) {
  auto view = std::make_shared<node_view>();
  view->node = node;
  view->since = unix_now();
  view->events = std::make_shared<const std::vector<event>>();
  return view;
}

/// `known` and then `fresh`, but no more than are kept.
std::shared_ptr<const std::vector<event>> joined(const std::vector<event>& known,
                                                 const std::vector<event>& fresh) {
  auto all = std::make_shared<std::vector<event>>();
  const auto kept = node_view::most_events;
  const auto from_fresh = std::min(fresh.size(), kept);
  const auto from_known = std::min(known.size(), kept - from_fresh);
  all->reserve(from_known + from_fresh);
  all->insert(all->end(), known.end() - static_cast<std::ptrdiff_t>(from_known), known.end());
  all->insert(all->end(), fresh.end() - static_cast<std::ptrdiff_t>(from_fresh), fresh.end());
  return all;
}

}  // namespace

node_watch::node_watch(target node, const channel_maker& make_channel,
                       std::function<void()> on_change)
    : node_(std::move(node)),
      channel_(make_channel(node_)),
      on_change_(std::move(on_change)),
      view_(first_view(node_)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

node_watch::~node_watch() { request_stop(); }

void node_watch::request_stop() {
  thread_.request_stop();
  channel_->interrupt();
}

std::shared_ptr<const node_view> node_watch::view() const {
  const std::lock_guard lock{mutex_};
  return view_;
}

void node_watch::run(const std::stop_token& stop) {
  give_way_to_actors();
  while (!stop.stop_requested()) {
    try {
      follow(stop);
    } catch (const failure& trouble) {
      if (stop.stop_requested()) return;
      note_loss(trouble);
    } catch (const std::exception& trouble) {
      note_loss(failure{failure_kind::no_node, trouble.what()});
    }
    if (stop.stop_requested()) return;
    std::unique_lock lock{mutex_};
    stopping_.wait_for(lock, stop, delay_after(failed_tries_), [] { return false; });
  }
}

void node_watch::follow(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    take_all();
    const auto due = std::chrono::steady_clock::now() + snapshot_period;
    do {
      std::unique_lock lock{mutex_};
      stopping_.wait_for(lock, stop, event_period, [] { return false; });
    } while (!stop.stop_requested() && !take_events() && std::chrono::steady_clock::now() < due);
  }
}

void node_watch::take_all() {
  auto document = ask_for_snapshot(*channel_);
  auto parsed = parse_snapshot(document);
  forget_if_started_anew(parsed);
  keep(std::make_shared<const reading>(reading{std::move(parsed), std::move(document)}));

  auto next = std::make_shared<node_view>(*view());
  add_events_to(*next);
  if (next->state != presence::present) next->since = unix_now();
  next->state = presence::present;
  next->trouble.reset();
  next->latest = readings_.back();
  next->previous = base_for_changes();
  const auto before = std::exchange(next->between, std::nullopt);
  if (next->previous)
    next->between =
        changes_between(next->previous->parsed, next->latest->parsed, before ? &*before : nullptr);
  failed_tries_ = 0;
  publish(std::move(next));
}

bool node_watch::take_events() {
  auto next = std::make_shared<node_view>(*view());
  if (!add_events_to(*next)) return false;
  publish(std::move(next));
  return true;
}

bool node_watch::add_events_to(node_view& view) {
  const auto answer = ask_for_events(*channel_, last_event_);
  last_event_ = answer.last;
  if (answer.events.empty()) return false;
  view.events = joined(*view.events, answer.events);
  view.events_seen += answer.events.size();
  return true;
}

void node_watch::forget_if_started_anew(const snapshot& parsed) {
  if (readings_.empty() || are_of_same_run(readings_.back()->parsed.node, parsed.node)) return;
  readings_.clear();
  last_event_ = 0;
}

/// The first that is kept is what the latest is compared with.
void node_watch::keep(std::shared_ptr<const reading> latest) {
  const auto now = latest->parsed.node.now;
  const auto known =
      readings_.empty() ? std::nullopt : std::optional{readings_.back()->parsed.node.now};
  if (now == known) return;  // a node with much to tell gives one answer to all who ask in a moment
  if (now < known) readings_.clear();  // a clock that was set back
  readings_.push_back(std::move(latest));
  while (readings_.size() > 2 && now - readings_[1]->parsed.node.now >= least_interval)
    readings_.pop_front();
}

/// Long enough ago for changes that do not jump; nothing at the beginning.
std::shared_ptr<const reading> node_watch::base_for_changes() const {
  const auto& first = readings_.front();
  const bool is_long_ago =
      readings_.back()->parsed.node.now - first->parsed.node.now >= least_interval;
  return is_long_ago ? first : nullptr;
}

void node_watch::note_loss(const failure& trouble) {
  ++failed_tries_;
  auto next = std::make_shared<node_view>(*view());
  if (next->state != presence::away) next->since = unix_now();
  next->state = presence::away;
  next->trouble = trouble;
  publish(std::move(next));
}

void node_watch::publish(std::shared_ptr<const node_view> next) {
  {
    const std::lock_guard lock{mutex_};
    view_ = std::move(next);
  }
  on_change_();
}

}  // namespace troupe::inspecting
