#include "apps/inspect/trace/chrome_trace.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/common/json_line.hpp"

namespace troupe::inspecting {
namespace {

using nlohmann::json;
using std::chrono::nanoseconds;

/// Of a step that no recorded turn was around: so long is drawn, if there is room for it.
constexpr nanoseconds length_of_lone_step{1000};
/// An arrow begins and ends within a slice, and there is nothing within one without a length.
constexpr nanoseconds shortest_slice{1};

struct slice {
  unix_time begin;
  unix_time end;
  std::string name;
  std::string from;                 ///< who sent the message
  std::vector<std::string> frames;  ///< what became of which frame meanwhile
};

/// Where an arrow begins or ends.
struct anchor {
  std::size_t track = 0;
  std::size_t slice = 0;
  unix_time at;
};

/// What one actor was at.
struct track {
  std::size_t node = 0;
  std::string actor;
  std::vector<slice> slices;  ///< by time
};

/// Everything that is drawn, but for the arrows.
class track_list {
 public:
  explicit track_list(const std::vector<node_trace>& traces) {
    for (std::size_t node = 0; node < traces.size(); ++node) add_turns(node, traces[node]);
    for (auto& each : tracks_) std::ranges::stable_sort(each.slices, {}, &slice::begin);
  }

  /// Has a slice around each step.
  void add_lone_steps(const std::map<frame_name, frame_steps>& frames) {
    for (const auto& [name, steps] : frames)
      for (const auto& step : steps) {
        auto& its_track = tracks_[number_of(step.node, step.actor)];
        if (find_around(its_track, step.at) == nowhere) add_slice_of(step, its_track);
      }
  }

  void note_steps(const std::map<frame_name, frame_steps>& frames) {
    for (const auto& [name, steps] : frames)
      for (const auto& step : steps) {
        const auto where = anchor_of(step);
        tracks_[where.track].slices[where.slice].frames.push_back(
            fmt::format("{} {}", step.step, name.frame));
      }
  }

  [[nodiscard]] anchor anchor_of(const frame_step& step) const {
    const auto number = numbers_.at({step.node, step.actor});
    return {number, find_around(tracks_[number], step.at), step.at};
  }

  [[nodiscard]] const std::vector<track>& tracks() const { return tracks_; }

 private:
  static constexpr auto nowhere = std::numeric_limits<std::size_t>::max();

  void add_turns(std::size_t node, const node_trace& trace) {
    for (const auto& turn : trace.record.turns) {
      const auto begin = trace.time_of(turn.at);
      tracks_[number_of(node, turn.actor)].slices.push_back(
          {begin, begin + std::max(turn.lasted, shortest_slice), turn.message, turn.from, {}});
    }
  }

  std::size_t number_of(std::size_t node, const std::string& actor) {
    const auto [found, is_new] = numbers_.emplace(std::pair{node, actor}, tracks_.size());
    if (is_new) tracks_.push_back({node, actor, {}});
    return found->second;
  }

  /// The slice that the time lies in.
  static std::size_t find_around(const track& where, unix_time at) {
    const auto next = std::ranges::upper_bound(where.slices, at, {}, &slice::begin);
    if (next == where.slices.begin() || std::prev(next)->end <= at) return nowhere;
    return static_cast<std::size_t>(std::prev(next) - where.slices.begin());
  }

  static void add_slice_of(const frame_step& step, track& target) {
    const auto next = std::ranges::upper_bound(target.slices, step.at, {}, &slice::begin);
    auto end = step.at + length_of_lone_step;
    if (next != target.slices.end()) end = std::min(end, next->begin);
    target.slices.insert(next, {step.at, end, step.step, {}, {}});
  }

  std::vector<track> tracks_;
  std::map<std::pair<std::size_t, std::string>, std::size_t> numbers_;
};

/// Places of steps, one after the other.
using way = std::vector<std::size_t>;

/// Finds a frame's ways: from the first step, or from where they fork, to where they end.
class way_finder {
 public:
  explicit way_finder(const frame_steps& steps) : following_(steps.size()) {
    for (std::size_t i = 0; i < steps.size(); ++i)
      if (steps[i].after) following_[*steps[i].after].push_back(i);
    for (std::size_t i = 0; i < steps.size(); ++i)
      if (!steps[i].after) follow({i});
  }

  [[nodiscard]] std::vector<way> take() && { return std::move(ways_); }

 private:
  /// To its end; a fork's first branch goes on, the others begin anew at the fork.
  void follow(way begun) {
    for (const auto* next = &following_[begun.back()]; !next->empty();
         next = &following_[begun.back()]) {
      for (auto branch = next->begin() + 1; branch != next->end(); ++branch)
        follow({begun.back(), *branch});
      begun.push_back(next->front());
    }
    ways_.push_back(std::move(begun));
  }

  std::vector<way> following_;
  std::vector<way> ways_;
};

/// Writes events one by one: as one document, a large trace would take much memory.
class event_writer {
 public:
  explicit event_writer(unix_time origin) : origin_(origin) {}

  void add(const json& event) {
    if (!events_.empty()) events_ += ",\n";
    events_ += json_line(event);
  }

  [[nodiscard]] std::string document(const json& other_data) && {
    auto text =
        R"({"displayTimeUnit":"ms","otherData":)" + json_line(other_data) + ",\"traceEvents\":[\n";
    text += events_;
    return text += "\n]}\n";
  }

  [[nodiscard]] double microseconds(unix_time time) const {
    return to_microseconds(time - origin_);
  }

 private:
  unix_time origin_;
  std::string events_;
};

/// A node is a process here, and an actor's track a thread; both are counted from 1.
std::size_t process_id(std::size_t node) { return node + 1; }
std::size_t thread_id(std::size_t track) { return track + 1; }

json name_of(std::string_view what, std::string_view name) {
  return {{"ph", "M"}, {"name", what}, {"args", {{"name", name}}}};
}

void write_names(const std::vector<node_trace>& traces, const std::vector<track>& tracks,
                 event_writer& writer) {
  for (std::size_t node = 0; node < traces.size(); ++node) {
    auto event = name_of("process_name", traces[node].node);
    event["pid"] = process_id(node);
    writer.add(event);
  }
  for (std::size_t number = 0; number < tracks.size(); ++number) {
    auto event = name_of("thread_name", tracks[number].actor);
    event["pid"] = process_id(tracks[number].node);
    event["tid"] = thread_id(number);
    writer.add(event);
  }
}

void write_slices(const std::vector<track>& tracks, event_writer& writer) {
  for (std::size_t number = 0; number < tracks.size(); ++number)
    for (const auto& each : tracks[number].slices) {
      json arguments = json::object();
      if (!each.from.empty()) arguments["from"] = each.from;
      if (!each.frames.empty()) arguments["frames"] = each.frames;
      writer.add({{"ph", "X"},
                  {"name", each.name},
                  {"cat", "turn"},
                  {"pid", process_id(tracks[number].node)},
                  {"tid", thread_id(number)},
                  {"ts", writer.microseconds(each.begin)},
                  {"dur", to_microseconds(each.end - each.begin)},
                  {"args", std::move(arguments)}});
    }
}

/// Arrows along one way, all of one number, from slice to slice.
void write_arrows(std::vector<anchor> anchors, const frame_name& frame, std::uint64_t number,
                  const track_list& tracks, event_writer& writer) {
  // An arrow goes forward in time, also where two nodes' clocks are not so exact.
  std::ranges::stable_sort(anchors, {}, &anchor::at);
  const auto is_same_slice = [](const anchor& a, const anchor& b) {
    return a.track == b.track && a.slice == b.slice;
  };
  anchors.erase(std::unique(anchors.begin(), anchors.end(), is_same_slice), anchors.end());
  if (anchors.size() < 2) return;
  for (const auto& each : anchors) {
    const bool is_last = &each == &anchors.back();
    json event{{"ph", &each == &anchors.front() ? "s"
                      : is_last                 ? "f"
                                                : "t"},
               {"name", "frame"},
               {"cat", "frame"},
               {"id", number},
               {"pid", process_id(tracks.tracks()[each.track].node)},
               {"tid", thread_id(each.track)},
               {"ts", writer.microseconds(each.at)},
               {"args", {{"frame", frame.frame}, {"stream", frame.stream}}}};
    if (is_last) event["bp"] = "e";
    writer.add(event);
  }
}

unix_time earliest(const std::vector<track>& tracks) {
  auto result = unix_time::max();
  for (const auto& each : tracks)
    if (!each.slices.empty()) result = std::min(result, each.slices.front().begin);
  return result == unix_time::max() ? unix_time{} : result;
}

json other_data(const std::vector<node_trace>& traces, unix_time origin) {
  auto nodes = json::array();
  for (const auto& each : traces)
    nodes.push_back({{"name", each.node},
                     {"dropped_events", each.record.dropped},
                     {"clock_offset_us", to_microseconds(each.clock.offset)},
                     {"clock_error_us", to_microseconds(each.clock.error)}});
  return {{"unix_began_s", std::chrono::duration<double>{origin.time_since_epoch()}.count()},
          {"nodes", std::move(nodes)}};
}

}  // namespace

std::string to_chrome_trace(const std::vector<node_trace>& traces) {
  const auto frames = steps_by_frame(traces);
  track_list tracks{traces};
  tracks.add_lone_steps(frames);
  tracks.note_steps(frames);

  const auto origin = earliest(tracks.tracks());
  event_writer writer{origin};
  write_names(traces, tracks.tracks(), writer);
  write_slices(tracks.tracks(), writer);
  // After all slices: a viewer binds an arrow's end to the slice that it has seen begin.
  std::uint64_t arrows = 0;
  for (const auto& [name, steps] : frames)
    for (const auto& each : way_finder{steps}.take()) {
      std::vector<anchor> anchors;
      anchors.reserve(each.size());
      for (const auto place : each) anchors.push_back(tracks.anchor_of(steps[place]));
      write_arrows(std::move(anchors), name, ++arrows, tracks, writer);
    }
  return std::move(writer).document(other_data(traces, origin));
}

}  // namespace troupe::inspecting
