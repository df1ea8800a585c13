#include "tests/integration/support/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/common/launch.hpp"
#include "tests/integration/support/eventually.hpp"

namespace troupe::test {
namespace {

std::string system_message(const std::string& what) {
  return what + ": " + std::generic_category().message(errno);
}

int checked(int descriptor, const std::string& what) {
  if (descriptor < 0) throw child_failure{system_message(what)};
  return descriptor;
}

/// Returns the child's id once it has become the program.
pid_t start_or_fail(const launch& plan) try {
  return start(plan);
} catch (const std::system_error& trouble) {
  throw child_failure{trouble.what()};
}

std::string content_of(int descriptor) {
  std::string result;
  std::array<char, 65'536> buffer{};
  while (true) {
    const auto count =
        ::pread(descriptor, buffer.data(), buffer.size(), static_cast<off_t>(result.size()));
    if (count <= 0) return result;
    result.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

exit_status status_of(int raw) {
  return WIFSIGNALED(raw) ? killed_by(WTERMSIG(raw)) : exited(WEXITSTATUS(raw));
}

/// What the kernel says of a process under `name`, which ends in a colon.
std::string status_entry(pid_t pid, std::string_view name) {
  std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name)) return line.substr(name.size());
  throw child_failure{"no \"" + std::string{name} + "\" of process " + std::to_string(pid)};
}

}  // namespace

std::string to_string(const exit_status& status) {
  if (status.signal) return "ended by signal " + std::to_string(*status.signal);
  return "ended with code " + std::to_string(status.code.value_or(-1));
}

child_process::child_process(const std::filesystem::path& program,
                             std::vector<std::string> arguments, const child_options& options)
    : name_(program.filename().string()) {
  launch plan;
  plan.program = program.string();
  plan.arguments = std::move(arguments);
  plan.environment = options.environment;
  plan.working_directory = options.working_directory.string();
  plan.open_files = options.open_files;
  int stdin_read = -1;
  if (options.stdin_pipe) {
    std::array<int, 2> ends{};
    checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
    stdin_read = ends[0];
    stdin_ = ends[1];
    std::signal(SIGPIPE, SIG_IGN);  // a child that stops reading must not end the test
  } else {
    stdin_read = checked(::open(options.stdin_file.c_str(), O_RDONLY | O_CLOEXEC),
                         "open " + options.stdin_file.string());
  }
  stdout_ = options.stdout_file.empty()
                ? checked(::memfd_create("stdout", MFD_CLOEXEC), "memfd_create")
                : checked(::open(options.stdout_file.c_str(),
                                 O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644),
                          "open " + options.stdout_file.string());
  stderr_ = checked(::memfd_create("stderr", MFD_CLOEXEC), "memfd_create");
  plan.streams = {stdin_read, stdout_, stderr_};
  pid_ = start_or_fail(plan);
  ::close(stdin_read);
}

child_process::~child_process() {
  close_stdin();
  if (!ended_) {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  ::close(stdout_);
  ::close(stderr_);
}

void child_process::send_signal(int signal) const {
  if (ended_) throw failure("has ended and takes no signal");
  if (::kill(pid_, signal) != 0) throw child_failure{system_message("kill " + name_)};
}

std::optional<exit_status> child_process::poll() {
  if (ended_) return ended_;
  int raw = 0;
  const auto waited = ::waitpid(pid_, &raw, WNOHANG);
  if (waited < 0 && errno != EINTR) throw child_failure{system_message("waitpid " + name_)};
  if (waited == pid_) ended_ = status_of(raw);
  return ended_;
}

exit_status child_process::wait(milliseconds timeout) {
  if (!eventually([&] { return poll().has_value(); }, timeout))
    throw failure("did not end within " + std::to_string(timeout.count()) + " ms");
  return *ended_;
}

bool child_process::write_stdin(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(stdin_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EPIPE) return false;
    if (count < 0) throw child_failure{system_message("write to " + name_)};
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

void child_process::close_stdin() {
  if (stdin_ >= 0) ::close(stdin_);
  stdin_ = -1;
}

std::string child_process::output() const { return content_of(stdout_); }

std::string child_process::errors() const { return content_of(stderr_); }

nlohmann::json child_process::last_json_line() const {
  const auto text = output();
  const auto end = text.find_last_not_of('\n');
  if (end == std::string::npos) throw failure("wrote no line of JSON");
  const auto newline = text.rfind('\n', end);
  const auto start = newline == std::string::npos ? 0 : newline + 1;
  try {
    return nlohmann::json::parse(text.substr(start, end - start + 1));
  } catch (const nlohmann::json::exception& error) {
    throw failure(std::string{"wrote a last line that is not JSON: "} + error.what());
  }
}

void child_process::wait_for_errors(std::string_view text, milliseconds timeout) {
  const auto said = [&] { return errors().find(text) != std::string::npos; };
  const bool settled = eventually([&] { return said() || poll().has_value(); }, timeout);
  if (said()) return;
  throw failure((settled ? "ended without saying \"" : "did not say in time \"") +
                std::string{text} + "\"");
}

child_failure child_process::failure(const std::string& what) const {
  return child_failure{name_ + " " + what + "\n--- its output:\n" + output() +
                       "\n--- its errors:\n" + errors()};
}

finished_process run(const std::filesystem::path& program, std::vector<std::string> arguments,
                     const child_options& options, std::chrono::milliseconds timeout) {
  child_process child{program, std::move(arguments), options};
  const auto status = child.wait(timeout);
  return {.status = status, .output = child.output(), .errors = child.errors()};
}

std::size_t open_descriptors(pid_t pid) {
  std::error_code error;
  const std::filesystem::directory_iterator entries{"/proc/" + std::to_string(pid) + "/fd", error};
  if (error) throw child_failure{"no descriptors of process " + std::to_string(pid)};
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

std::size_t resident_kib(pid_t pid) { return std::stoul(status_entry(pid, "VmRSS:")); }

bool blocks_signal(pid_t pid, int signal) {
  const auto blocked = std::stoull(status_entry(pid, "SigBlk:"), nullptr, 16);
  return (blocked >> (signal - 1) & 1) != 0;
}

}  // namespace troupe::test
