#include "tests/chaos/experiment.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>
#include <thread>

#include <spdlog/fmt/fmt.h>

#include "tests/chaos/fault_generator.hpp"
#include "tests/integration/support/eventually.hpp"
#include "tests/integration/support/sound.hpp"

namespace troupe::chaos {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto time_without_faults = 2s;
/// What the last fault leads to is over by then.
constexpr auto time_after_faults = 500ms;
constexpr auto progress_interval = 5s;
/// How the node refuses a fault while its target waits for a restart. Faults before led to that.
constexpr auto nobody_hit = "error: nobody plays ";
/// A listener that is not there within this does not come at all.
constexpr auto coming_limit = 10s;

std::string speech_in(const test::temporary_directory& directory) {
  const auto path = directory / "speech.wav";
  test::write_wav(path, test::recorded_speech());
  return path.string();
}

std::vector<std::string> node_arguments(const test::temporary_directory& directory) {
  return {"--source",
          "file:" + speech_in(directory) + "?loop=1",
          "--socket",
          (directory / "socket").string(),
          "--allow-faults",
          "--max-restarts",
          "1000000",
          "--restart-backoff",
          "10ms",
          "--restart-backoff-cap",
          "100ms",
          "--stuck-after",
          "50ms",
          "--max-frame-ms",
          "20",
          "--json"};
}

}  // namespace

experiment::experiment(const chaos_options& options)
    : options_(options),
      node_(TROUPE_NODE, node_arguments(directory_)),
      door_(directory_ / "socket") {
  node_.wait_for_errors("serving");
  console_.emplace(directory_ / "socket");
  start_listeners();
}

void experiment::start_listeners() {
  for (std::size_t i = 0; i < options_.listeners; ++i) {
    const auto& newcomer = listeners_.emplace_back(std::make_unique<listener>(door_));
    if (!test::eventually([&] { return newcomer->is_back(); }, coming_limit))
      throw test::wire_failure{"a listener hears nothing:\n" + node_.errors()};
  }
}

observation experiment::run() {
  seen_.began = clock::now();
  progress_due_ = seen_.began + progress_interval;
  std::this_thread::sleep_for(time_without_faults);
  try {
    inject_faults();
    std::this_thread::sleep_for(time_after_faults);
    await_listeners();
  } catch (const test::wire_failure& failure) {
    seen_.troubles.emplace_back(failure.what());
  }
  end_node();
  return std::move(seen_);
}

void experiment::inject_faults() {
  fault_generator faults{options_.seed, options_.listeners};
  const auto until = clock::now() + options_.duration;
  for (auto due = clock::now(); due < until;
       due = std::max(due + options_.interval, clock::now())) {
    const auto what = faults.next();
    std::this_thread::sleep_until(due + what.delay);
    inject(what);
    tell_progress();
  }
  std::this_thread::sleep_for(options_.interval);
}

void experiment::inject(fault what) {
  std::uint64_t connection = 0;
  if (what.target == fault_target::connection && (connection = connection_to_hit(what)) == 0)
    return;
  injected_fault injected{.number = seen_.faults.size() + 1,
                          .what = what,
                          .when = clock::now(),
                          .wall_time = std::chrono::system_clock::now(),
                          .order = order_for(what, connection)};
  injected.answer = console_->order(injected.order);
  if (injected.answer.starts_with(nobody_hit)) {
    ++seen_.faults_without_victim;
  } else {
    seen_.faults.push_back(std::move(injected));
  }
}

/// The connection of the listener that was drawn or, while that one is not back, of the next one
/// who is; 0 when nobody is.
std::uint64_t experiment::connection_to_hit(fault& what) {
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    if (const auto connection = listeners_[what.listener]->expect(what)) return *connection;
    what.listener = (what.listener + 1) % listeners_.size();
  }
  return 0;
}

void experiment::tell_progress() {
  const auto now = clock::now();
  if (now < progress_due_) return;
  progress_due_ += progress_interval;
  std::uint64_t heard = 0;
  for (const auto& one : listeners_) heard += one->frames_heard();
  fmt::print("{:4} s: {} faults, {} frames heard, {} connections made\n",
             std::chrono::duration_cast<std::chrono::seconds>(now - seen_.began).count(),
             seen_.faults.size(), heard, door_.connected());
  std::fflush(stdout);
}

/// Those who do not come back are found out by the judge.
void experiment::await_listeners() const {
  const auto all_are_back = [&] {
    return std::all_of(listeners_.begin(), listeners_.end(),
                       [](const auto& one) { return one->is_back(); });
  };
  static_cast<void>(test::eventually(all_are_back, coming_limit));
}

void experiment::end_node() {
  seen_.ended = clock::now();
  seen_.stalls = stall_watch_.take_stalls();
  for (const auto& one : listeners_) one->expect_end();
  try {
    if (!node_.poll()) node_.send_signal(SIGTERM);
    const auto status = node_.wait();
    if (status != test::exited(0)) seen_.troubles.push_back("the node " + to_string(status));
    seen_.account = node_.last_json_line();
  } catch (const test::child_failure& failure) {
    const std::string text = failure.what();
    seen_.troubles.push_back(text.substr(0, text.find('\n')));
    if (!node_.poll()) node_.send_signal(SIGKILL);
  }
  for (const auto& one : listeners_) seen_.listeners.push_back(one->take_record());
  seen_.connections_made = door_.connected();
  seen_.node_log = node_.errors();
}

}  // namespace troupe::chaos
