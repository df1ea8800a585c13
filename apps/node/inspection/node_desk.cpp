#include "apps/node/inspection/node_desk.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "actors/probe/journal.hpp"
#include "apps/node/inspection/actor_documents.hpp"
#include "apps/node/inspection/node_document.hpp"
#include "apps/node/inspection/trace_documents.hpp"
#include "apps/node/report_json.hpp"
#include "protocol/failure.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr int grammar_version = 1;
/// Nothing that is asked has any reason to be nested deeper.
constexpr int deepest_nesting = 4;
constexpr std::chrono::seconds longest_trace{30};
/// A frame is followed in recordings so long; the first is enough as a rule.
constexpr std::chrono::nanoseconds frame_recording = 300ms;
constexpr int frame_recordings = 10;

constexpr auto questions = "snapshot, actor, events, trace, trace_result and frame";
constexpr std::array<std::string_view, 6> known_orders{"restart",   "close",      "set",
                                                       "log_level", "adaptation", "fault"};
constexpr auto node_ends = "the node ends; ask it when it is started again";

[[noreturn]] void refuse_question(const std::string& why) {
  throw failure{failure_kind::bad_value, why};
}

json question_in(const std::string& text) {
  const auto shallow = [](int depth, json::parse_event_t, const json&) {
    if (depth > deepest_nesting) refuse_question("the question is nested too deeply");
    return true;
  };
  try {
    auto result = json::parse(text, shallow);
    if (!result.is_object())
      refuse_question("a question is a JSON object, such as {\"ask\":\"snapshot\"}");
    return result;
  } catch (const json::exception&) {
    refuse_question("the question is no JSON; ask for example {\"ask\":\"snapshot\"}");
  }
}

/// The member of a question; `usual` where it is absent.
template <class Value>
Value member_or(const json& question, const char* name, const Value& usual) {
  const auto found = question.find(name);
  if (found == question.end()) return usual;
  try {
    return found->get<Value>();
  } catch (const json::exception&) {
    refuse_question(fmt::format("\"{}\" cannot be {}", name, found->dump()));
  }
}

/// Names come from anywhere: what is no text is made one.
std::string written(json answer) {
  answer["version"] = grammar_version;
  return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

json event_document(const probe::event& event) {
  return {{"number", event.number},
          {"unix_time_s", unix_seconds(event.when)},
          {"kind", probe::to_string(event.kind)},
          {"level", probe::to_string(event.level)},
          {"subject", event.subject},
          {"text", event.text}};
}

/// What others may be told of an order: whoever is refused may have written anything.
std::string_view name_of_order(const json& order) {
  const auto* const said = order["do"].get_ptr<const std::string*>();
  if (said == nullptr) return "something";
  const auto* const known = std::find(known_orders.begin(), known_orders.end(), *said);
  return known == known_orders.end() ? "something" : *known;
}

}  // namespace

node_desk::node_desk(const inspected_node& node) : node_(node), actions_(node_) {}

void node_desk::came(const asker& /*inspector*/) { ++inspectors_; }

void node_desk::left(const asker& /*inspector*/) { --inspectors_; }

bool node_desk::takes_long(const std::string& question) {
  try {
    const auto what = member_or<std::string>(question_in(question), "ask", "");
    return what == "frame" || what == "trace_result";
  } catch (const std::exception&) {
    return false;  // it is refused at once
  }
}

void node_desk::hurry() {
  {
    const std::lock_guard lock{ending_mutex_};
    is_ending_ = true;
  }
  ending_.notify_all();
}

std::string node_desk::answer(const std::string& question, const asker& inspector) {
  try {
    const auto asked = question_in(question);
    if (asked.contains("do")) return written(act(asked, inspector));
    const auto what = member_or<std::string>(asked, "ask", "");
    if (what == "snapshot") return *snapshot(asked, inspector);
    if (what == "trace_result") return take_trace();
    return written(tell(what, asked));
  } catch (const std::exception& trouble) {
    return written({{"error", trouble.what()}});
  }
}

json node_desk::act(const json& order, const asker& inspector) {
  if (!inspector.may_steer) refuse(order, inspector);
  const std::lock_guard lock{mutex_};
  auto done = actions_.act(order, inspector.who);
  for (auto& each : kept_snapshots_) each.forget();
  return {{"done", std::move(done)}};
}

/// Tells so once a minute: else it would push all other events out of the journal.
void node_desk::refuse(const json& order, const asker& inspector) {
  const auto what = name_of_order(order);
  if (const auto news =
          refusals_.note(inspector.who, fmt::format("{}: {}", what, inspector.why_not_steer),
                         std::chrono::steady_clock::now()))
    probe::tell(probe::event_kind::action, probe::event_level::warning, what, *news);
  refuse_question(inspector.why_not_steer);
}

json node_desk::tell(const std::string& what, const json& question) {
  if (what == "events") return events(question);
  if (what == "actor") return actor(question);
  if (what == "trace") return start_trace(question);
  if (what == "frame") return follow_frame();
  refuse_question(fmt::format("nobody knows an answer to \"{}\"; ask for {}", what, questions));
}

std::shared_ptr<const std::string> node_desk::snapshot(const json& question,
                                                       const asker& inspector) {
  const bool with_handlers = member_or(question, "handlers", false);
  const bool may_steer = inspector.may_steer;
  return kept_snapshots_[(with_handlers ? 2U : 0U) + (may_steer ? 1U : 0U)].get([&] {
    auto result = node_document(node_, with_handlers);
    result["node"]["may_steer"] = may_steer;
    result["node"]["inspectors"] = inspectors_.load();
    return written(std::move(result));
  });
}

json node_desk::actor(const json& question) {
  const auto name = member_or<std::string>(question, "name", "");
  const auto clients = node_.tree.memory().ledger->report();
  auto found = actor_documents{node_, clients}.one(name);
  if (found.is_null())
    refuse_question(fmt::format("there is no actor \"{}\"; a snapshot has the names of all", name));
  return {{"actor", std::move(found)}};
}

json node_desk::events(const json& question) {
  const auto& journal = probe::journal::shared();
  json list = json::array();
  for (const auto& each : journal.after(member_or(question, "after", std::uint64_t{0})))
    list.push_back(event_document(each));
  const auto last = list.empty() ? journal.last() : list.back()["number"].get<std::uint64_t>();
  return {{"events", std::move(list)}, {"last", last}};
}

void node_desk::begin_recording(steady_time until) {
  if (!node_.probes)
    refuse_question("this node's actors are not probed (--probe off): there is no trace");
  if (!node_.probes->trace().start(until))
    refuse_question(
        "a recording is under way, or is about to be fetched; try again in a few seconds");
}

json node_desk::start_trace(const json& question) {
  const std::chrono::duration<double> wanted{member_or(question, "seconds", 2.0)};
  if (!(wanted > 0s && wanted <= longest_trace))
    refuse_question(fmt::format("a trace lasts up to {} s", longest_trace.count()));
  const auto duration = std::chrono::duration_cast<std::chrono::nanoseconds>(wanted);
  begin_recording(std::chrono::steady_clock::now() + duration);
  return {{"until_unix_s", unix_seconds(unix_now() + duration)}};
}

std::string node_desk::take_trace() {
  if (!node_.probes)
    refuse_question("this node's actors are not probed (--probe off): there is no trace");
  auto& trace = node_.probes->trace();
  if (trace.until()) refuse_question("the recording is not over yet; ask again then");
  const auto recording = trace.take();
  if (!recording) refuse_question("there is no recording; ask for a trace first");
  auto result = fmt::format(R"({{"version":{},"trace":)", grammar_version);
  if (!append_trace(result, node_, *recording, is_ending_)) refuse_question(node_ends);
  result += '}';
  return result;
}

json node_desk::follow_frame() {
  if (node_.tree.memory().ledger->connected() == 0)
    refuse_question(
        "nobody listens to this node: no frame goes through it; connect a client first");
  for (int i = 0; i < frame_recordings; ++i) {
    const auto over = std::chrono::steady_clock::now() + frame_recording;
    begin_recording(over);
    if (ends_before(over)) refuse_question(node_ends);
    const auto recording = node_.probes->trace().take();
    auto found = recording ? frame_document(node_, *recording) : json{};
    if (!found.is_null()) return {{"frame", std::move(found)}};
  }
  refuse_question("no frame went through this node within 3 s; see whether its source gives sound");
}

/// Waits until then. Returns true, at once, when the node ends.
bool node_desk::ends_before(steady_time then) {
  std::unique_lock lock{ending_mutex_};
  return ending_.wait_until(lock, then, [this] { return is_ending_.load(); });
}

}  // namespace troupe
