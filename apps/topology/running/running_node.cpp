#include "apps/topology/running/running_node.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace troupe::topology {
namespace {

using namespace std::chrono_literals;

constexpr auto sign_of_serving = "serving other nodes at";
constexpr auto patience_for_end = 5s;

}  // namespace

running_node::running_node(std::string name, child_settings settings)
    : settings_(std::move(settings)) {
  outcome_.name = std::move(name);
}

void running_node::start() {
  if (runs()) return;
  if (child_) cpu_of_earlier_ += child_->cpu();
  child_.reset();
  child_ = std::make_unique<child>(settings_);
  is_to_run_ = true;
  ++outcome_.starts;
}

bool running_node::runs() { return child_ && child_->runs(); }

bool running_node::serves() const {
  return child_ && child_->log().find(sign_of_serving) != std::string::npos;
}

void running_node::end_in_order() {
  look();
  is_to_run_ = false;
  if (child_) child_->signal(SIGINT);
  let_go_on();  // one that is stopped hears nothing
}

void running_node::kill() {
  look();
  is_to_run_ = false;
  if (child_) child_->signal(SIGKILL);
  finish();
}

void running_node::stop() {
  if (child_) child_->signal(SIGSTOP);
}

void running_node::let_go_on() {
  if (child_) child_->signal(SIGCONT);
}

void running_node::finish() {
  if (!child_ || child_->finish(patience_for_end)) return;
  outcome_.error = fmt::format("it did not end in order within {} s, and was killed",
                               std::chrono::seconds{patience_for_end}.count());
}

void running_node::look() {
  if (!is_to_run_) return;
  if (runs()) {
    outcome_.memory_peak_kib =
        std::max(outcome_.memory_peak_kib, memory_of(child_->pid()).peak_kib);
    return;
  }
  is_to_run_ = false;
  const auto how = child_->trouble();
  outcome_.error = fmt::format("it ended by itself{}{}; its log ends: {}", how.empty() ? "" : ", ",
                               how, last_words());
}

void running_node::begin_time() {
  cpu_at_begin_ = cpu();
  if (runs()) outcome_.memory_at_start_kib = memory_of(child_->pid()).resident_kib;
}

void running_node::end_time() {
  look();
  cpu_at_end_ = cpu();
  if (runs()) outcome_.memory_at_end_kib = memory_of(child_->pid()).resident_kib;
}

node_outcome running_node::outcome(run_time duration) const {
  auto result = outcome_;
  result.actor_restarts = actor_restarts();
  const auto spent = static_cast<double>((cpu_at_end_ - cpu_at_begin_).count());
  if (duration.count() > 0)
    result.cpu_percent = 100 * spent / static_cast<double>(duration.count());
  const auto how = child_ ? child_->trouble() : std::string{};
  if (result.error.empty() && !how.empty())
    result.error = fmt::format("it ended with {}; its log ends: {}", how, last_words());
  return result;
}

std::string running_node::last_words() const {
  return child_ ? child_->last_words() : std::string{};
}

std::chrono::microseconds running_node::cpu() const {
  return cpu_of_earlier_ + (child_ ? child_->cpu() : std::chrono::microseconds{0});
}

/// Each time that it ends in good order it leaves a line with its account.
std::uint64_t running_node::actor_restarts() const {
  std::uint64_t sum = 0;
  std::ifstream file{settings_.output};
  for (std::string line; std::getline(file, line);) {
    const auto account = nlohmann::json::parse(line, nullptr, false);
    if (account.is_object()) sum += account.value("restarts", std::uint64_t{0});
  }
  return sum;
}

}  // namespace troupe::topology
