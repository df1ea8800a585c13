#include "apps/topology/running/tool.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/common/launch.hpp"
#include "apps/topology/running/child.hpp"
#include "protocol/descriptor.hpp"
#include "protocol/failure.hpp"

namespace troupe::topology {
namespace {

constexpr std::chrono::seconds patience{10};

[[noreturn]] void fail(const std::string& program, const std::string& why) {
  throw failure{failure_kind::cannot_create,
                fmt::format("{} failed: {}; run without isolation if this machine cannot have it",
                            program, why)};
}

descriptor file_in_memory(const std::string& content) {
  descriptor result{::memfd_create("tool", MFD_CLOEXEC)};
  std::size_t written = 0;
  while (result && written < content.size()) {
    const auto count = ::write(result.get(), content.data() + written, content.size() - written);
    if (count < 0 && errno != EINTR) break;
    written += count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  if (!result || written < content.size())
    throw std::system_error{errno, std::generic_category(), "memfd_create"};
  ::lseek(result.get(), 0, SEEK_SET);
  return result;
}

std::string beginning_of(const descriptor& file) {
  std::array<char, 500> text;
  const auto size = ::pread(file.get(), text.data(), text.size(), 0);
  return last_line_of({text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))});
}

pid_t start_tool(const launch& plan) try {
  return start(plan);
} catch (const std::system_error& trouble) {
  fail(plan.program, trouble.what());
}

}  // namespace

void run_tool(const std::string& program, const std::vector<std::string>& arguments,
              const std::string& input, int network_namespace) {
  const auto given = file_in_memory(input);
  const auto said = file_in_memory({});
  launch plan;
  plan.program = program;
  plan.arguments = arguments;
  plan.streams = {given.get(), said.get(), said.get()};
  plan.network_namespace = network_namespace;
  const auto pid = start_tool(plan);
  int status = 0;
  const auto has_ended = [&] { return ::waitpid(pid, &status, WNOHANG) == pid; };
  if (!holds_within(patience, has_ended)) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, &status, 0);
    fail(program, "it did not end");
  }
  if (status != 0) fail(program, beginning_of(said));
}

}  // namespace troupe::topology
