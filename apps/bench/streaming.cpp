#include "apps/bench/streaming.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/format.h>
#include <sys/resource.h>

#include "apps/bench/forked.hpp"
#include "apps/bench/inspection.hpp"
#include "apps/bench/link_ends.hpp"
#include "apps/bench/link_reader.hpp"
#include "protocol/failure.hpp"

namespace troupe::bench {
namespace {

using namespace std::chrono_literals;

/// That a process has open beside its clients, with some to spare.
constexpr std::size_t other_descriptors = 64;

void refuse_if_too_many(const stream_plan& plan) {
  rlimit limit{};
  const auto needed = plan.clients() + other_descriptors;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || needed <= limit.rlim_max) return;
  throw failure{failure_kind::not_permitted,
                fmt::format("{} clients need {} descriptors, and a process may have {} here; have "
                            "the limit raised (ulimit -Hn), or name fewer with --clients",
                            plan.clients(), needed, limit.rlim_max)};
}

/// Many times what it takes: it is to end a run that hangs.
std::chrono::nanoseconds limit_for(const stream_plan& plan) {
  return 60s + plan.frames * std::max<std::chrono::nanoseconds>(plan.period, 20us);
}

}  // namespace

nlohmann::json stream(const std::string& name, const server& serve, const stream_plan& plan,
                      const ending_signals& signals) {
  refuse_if_too_many(plan);
  shared_progress progress;
  forked serving{name, [&] {
                   go_to(link_end::publisher, plan);
                   return serve(plan, progress);
                 }};
  forked reading{"reader", [&] {
                   go_to(link_end::subscriber, plan);
                   return plan.link ? read_link(plan, progress) : read_streams(plan, progress);
                 }};
  std::optional<forked> inspecting;  // until the others are done
  if (plan.inspectors > 0)
    inspecting.emplace("inspectors", [&] { return inspect_by(plan.inspectors, plan.socket); });
  const auto results = results_of({&serving, &reading}, limit_for(plan), signals);
  auto measured = results[0];
  measured.update(results[1]);
  measured["frames_lost"] = static_cast<std::int64_t>(plan.frames * plan.listeners) -
                            measured.at("frames_read").get<std::int64_t>();
  return measured;
}

}  // namespace troupe::bench
