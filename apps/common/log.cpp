#include "apps/common/log.hpp"

#include <memory>
#include <set>
#include <utility>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace troupe {

CLI::Option* add_log_level_option(CLI::App& app, std::string& target) {
  const std::set<std::string> levels{"trace", "debug", "info", "warn", "error", "off"};
  return app.add_option("--log-level", target, "How much to tell on stderr")
      ->check(CLI::IsMember(levels))
      ->type_name("LEVEL")
      ->capture_default_str();
}

void start_log(const std::string& level, bool over_meter) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  auto log = std::make_shared<spdlog::logger>("troupe", std::move(sink));
  const std::string clear_line = over_meter ? "\r\x1b[K" : "";
  log->set_pattern(clear_line + "%Y-%m-%d %H:%M:%S.%e %^%-5l%$ %v");
  log->set_level(spdlog::level::from_str(level));
  log->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(log));
}

}  // namespace troupe
