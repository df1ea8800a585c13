#include "apps/inspect/commands/replacing_file.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "tests/unit/listen/scratch_directory.hpp"
#include "tests/unit/support/refusal.hpp"

using namespace troupe;
using namespace troupe::inspecting;
using listening::test::scratch_directory;
namespace fs = std::filesystem;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::size_t files_in(const scratch_directory& directory) {
  const fs::directory_iterator files{fs::path{directory.file("x")}.parent_path()};
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

}  // namespace

TEST_CASE("a file takes the place of what was there once it is whole, not before") {
  const scratch_directory directory;
  const auto path = directory.file("trace.json");
  std::ofstream{path} << "old";
  {
    replacing_file file{path};
    CHECK(content_of(path) == "old");
    file.write("new");
    CHECK(content_of(path) == "new");
  }
  CHECK(content_of(path) == "new");
  CHECK(files_in(directory) == 1);
}

TEST_CASE("what is not written leaves all as it was") {
  const scratch_directory directory;
  const auto path = directory.file("trace.json");
  std::ofstream{path} << "old";
  { const replacing_file file{path}; }
  CHECK(content_of(path) == "old");
  CHECK(files_in(directory) == 1);
}

TEST_CASE("where there is no room, that is told, and nothing is left of it") {
  const scratch_directory directory;
  const auto path = directory.file("trace.json");
  std::ofstream{path} << "old";
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit usual{};
  ::getrlimit(RLIMIT_FSIZE, &usual);
  const rlimit narrow{.rlim_cur = 1000, .rlim_max = usual.rlim_max};
  const std::string content(100'000, 'x');
  CHECK(troupe::test::refusal_of([&] {
          replacing_file file{path};
          ::setrlimit(RLIMIT_FSIZE, &narrow);
          file.write(content);
          return 0;
        }) == failure_kind::disk_full);
  ::setrlimit(RLIMIT_FSIZE, &usual);
  std::signal(SIGXFSZ, before);
  CHECK(content_of(path) == "old");
  CHECK(files_in(directory) == 1);
}

TEST_CASE("a link stays one, and what it leads to is replaced") {
  const scratch_directory directory;
  const auto path = directory.file("real.json");
  const auto link = directory.file("link.json");
  std::ofstream{path} << "old";
  fs::create_symlink(path, link);
  replacing_file{link}.write("new");
  CHECK(fs::is_symlink(link));
  CHECK(content_of(path) == "new");
}

TEST_CASE("what is no file is written to, and not replaced") {
  replacing_file{"/dev/null"}.write("new");
  CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("a file that cannot be made is told before anything is done") {
  const scratch_directory directory;
  const auto absent = directory.file("absent/trace.json");
  CHECK(troupe::test::refusal_of([&] { return replacing_file{absent}, 0; }) ==
        failure_kind::cannot_create);
}
