#include "apps/common/log.hpp"

#include <chrono>
#include <memory>
#include <set>
#include <thread>
#include <utility>

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace troupe {
namespace {

/// Lines that may wait for the background writer.
constexpr std::size_t lines_in_background = 4096;
constexpr std::chrono::milliseconds longest_stuck{200};

template <class Target>
CLI::Option* add_option(CLI::App& app, Target& target, const std::string& help) {
  const std::set<std::string> levels{"trace", "debug", "info", "warn", "error", "off"};
  return app.add_option("--log-level", target, help)
      ->check(CLI::IsMember(levels))
      ->type_name("LEVEL");
}

}  // namespace

CLI::Option* add_log_level_option(CLI::App& app, std::string& target) {
  return add_option(app, target, "How much to tell on stderr")->capture_default_str();
}

CLI::Option* add_log_level_option(CLI::App& app, std::optional<std::string>& target) {
  return add_option(app, target, "How much to tell on stderr [info]");
}

void start_log(const std::string& level, bool over_meter, log_writer writer) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  std::shared_ptr<spdlog::logger> log;
  if (writer == log_writer::background) {
    spdlog::init_thread_pool(lines_in_background, 1);
    log = std::make_shared<spdlog::async_logger>("troupe", std::move(sink), spdlog::thread_pool(),
                                                 spdlog::async_overflow_policy::overrun_oldest);
  } else {
    log = std::make_shared<spdlog::logger>("troupe", std::move(sink));
  }
  const std::string clear_line = over_meter ? "\r\x1b[K" : "";
  log->set_pattern(clear_line + "%Y-%m-%d %H:%M:%S.%e %^%-5l%$ %v");
  log->set_level(spdlog::level::from_str(level));
  log->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(log));
}

bool finish_log() {
  const auto pool = spdlog::thread_pool();
  if (!pool) return true;
  const auto give_up = std::chrono::steady_clock::now() + longest_stuck;
  while (pool->queue_size() > 0 && std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  return pool->queue_size() == 0;
}

}  // namespace troupe
