#include "apps/common/log.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <thread>
#include <utility>

#include <spdlog/async.h>
#include <spdlog/sinks/sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "apps/common/command_line.hpp"

namespace troupe {
namespace {

/// Lines that may wait for the background writer.
constexpr std::size_t lines_in_background = 4096;
constexpr std::chrono::milliseconds longest_stuck{200};

/// Tells when all lines before a flush have been written.
class flush_counter final : public spdlog::sinks::sink {
 public:
  explicit flush_counter(spdlog::sink_ptr its_sink) : sink_(std::move(its_sink)) {}

  void log(const spdlog::details::log_msg& line) override { sink_->log(line); }
  void flush() override {
    sink_->flush();
    ++flushes_;
  }
  void set_pattern(const std::string& pattern) override { sink_->set_pattern(pattern); }
  void set_formatter(std::unique_ptr<spdlog::formatter> formatter) override {
    sink_->set_formatter(std::move(formatter));
  }

  [[nodiscard]] std::uint64_t flushes() const { return flushes_; }

 private:
  spdlog::sink_ptr sink_;  ///< which flushes after each line by itself
  std::atomic<std::uint64_t> flushes_ = 0;
};

template <class Target>
CLI::Option* add_option(CLI::App& app, Target& target, const std::string& help) {
  return limit_to({"trace", "debug", "info", "warn", "error", "off"},
                  app.add_option("--log-level", target, help));
}

}  // namespace

CLI::Option* add_log_level_option(CLI::App& app, std::string& target) {
  return add_option(app, target, "How much to tell on stderr")->capture_default_str();
}

CLI::Option* add_log_level_option(CLI::App& app, std::optional<std::string>& target) {
  return add_option(app, target, "How much to tell on stderr [info]");
}

void start_log(const std::string& level, bool over_meter, log_writer writer) {
  auto sink =
      std::make_shared<flush_counter>(std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
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
  spdlog::set_default_logger(std::move(log));
}

bool finish_log() {
  const auto log = spdlog::default_logger();
  if (!spdlog::thread_pool() || log->sinks().empty()) return true;
  const auto* sink = dynamic_cast<const flush_counter*>(log->sinks().front().get());
  if (sink == nullptr) return true;
  const auto before = sink->flushes();
  log->flush();
  const auto give_up = std::chrono::steady_clock::now() + longest_stuck;
  while (sink->flushes() == before && std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  return sink->flushes() != before;
}

void exit_at_once(int status) {
  static_cast<void>(finish_log());
  std::_Exit(status);
}

int run_main_with_log(std::string_view program, const std::function<exit_status()>& body) {
  const int status = run_main(program, [&] {
    try {
      return body();
    } catch (...) {
      static_cast<void>(finish_log());
      throw;
    }
  });
  if (!finish_log()) std::_Exit(status);
  return status;
}

}  // namespace troupe
