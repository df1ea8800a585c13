#include "actors/delivery/unix_listener.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "protocol/failure.hpp"

using namespace troupe;
using delivery::unix_listener;

namespace {

class temporary_folder {
 public:
  temporary_folder() {
    char name[] = "/tmp/troupe-listener-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~temporary_folder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

bool can_connect(const std::string& path) {
  const descriptor client{::socket(AF_UNIX, SOCK_STREAM, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  return ::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
}

/// The refusal of a listener at `path`; fails the test if there is none.
failure refusal(const std::string& path) {
  std::optional<failure> refused;
  try {
    const unix_listener listener{path};
  } catch (const failure& trouble) {
    refused = trouble;
  }
  REQUIRE(refused);
  return *refused;
}

bool mentions(const failure& trouble, const std::string& text) {
  return std::string{trouble.what()}.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("a listener can be connected to, by owner and group only") {
  const temporary_folder folder;
  const unix_listener listener{folder.file("s")};
  CHECK(can_connect(folder.file("s")));
  struct stat made {};
  REQUIRE(::stat(folder.file("s").c_str(), &made) == 0);
  CHECK((made.st_mode & 0777) == 0660);
}

TEST_CASE("a listener removes its file when it closes") {
  const temporary_folder folder;
  { const unix_listener listener{folder.file("s")}; }
  CHECK_FALSE(std::filesystem::exists(folder.file("s")));
}

TEST_CASE("a live server at the path is left alone and named by its pid") {
  const temporary_folder folder;
  const unix_listener listener{folder.file("s")};
  const auto trouble = refusal(folder.file("s"));
  CHECK(trouble.kind() == failure_kind::already_running);
  CHECK(mentions(trouble, "pid " + std::to_string(::getpid())));
  CHECK(can_connect(folder.file("s")));
}

TEST_CASE("a stale socket is replaced") {
  const temporary_folder folder;
  {
    const descriptor dead{::socket(AF_UNIX, SOCK_STREAM, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, folder.file("s").c_str(), sizeof(address.sun_path) - 1);
    REQUIRE(::bind(dead.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  }
  REQUIRE(std::filesystem::exists(folder.file("s")));
  const unix_listener listener{folder.file("s")};
  CHECK(can_connect(folder.file("s")));
}

TEST_CASE("a file that is no socket is refused and stays as it was") {
  const temporary_folder folder;
  std::ofstream{folder.file("s")} << "precious";
  const auto trouble = refusal(folder.file("s"));
  CHECK(trouble.kind() == failure_kind::cannot_create);
  CHECK(mentions(trouble, "not a socket"));
  std::string content;
  std::ifstream{folder.file("s")} >> content;
  CHECK(content == "precious");
}

TEST_CASE("an absent directory is refused by its name") {
  const temporary_folder folder;
  const auto trouble = refusal(folder.file("nowhere/s"));
  CHECK(trouble.kind() == failure_kind::cannot_create);
  CHECK(mentions(trouble, folder.file("nowhere")));
}

TEST_CASE("a path too long for a socket is refused with the lengths") {
  const temporary_folder folder;
  const auto trouble = refusal(folder.file(std::string(120, 'x')));
  CHECK(trouble.kind() == failure_kind::bad_value);
  CHECK(mentions(trouble, "at most 107"));
}

TEST_CASE("a listener does not remove a socket that another one put in its place") {
  const temporary_folder folder;
  std::optional<unix_listener> first{folder.file("s")};
  std::filesystem::remove(folder.file("s"));
  const unix_listener second{folder.file("s")};
  first.reset();
  CHECK(can_connect(folder.file("s")));
}
