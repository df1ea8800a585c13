#include "actors/delivery/unix_listener.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "actors/delivery/peer.hpp"
#include "protocol/failure.hpp"

namespace troupe::delivery {
namespace {

/// Waiting clients that the kernel keeps; it caps this at its own limit (net.core.somaxconn).
constexpr int backlog = 4096;

std::string error_text(int error) { return std::generic_category().message(error); }

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty())
    throw failure{failure_kind::bad_value, "the socket's path is empty; give one with --socket"};
  if (path.size() >= sizeof(address.sun_path))
    throw failure{failure_kind::bad_value,
                  "\"" + path + "\" is too long for a socket: " + std::to_string(path.size()) +
                      " bytes, at most " + std::to_string(sizeof(address.sun_path) - 1) +
                      " are possible; choose a shorter path"};
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

std::string directory_of(const std::string& path) {
  const auto directory = std::filesystem::path{path}.parent_path().string();
  return directory.empty() ? "." : directory;
}

[[noreturn]] void refuse(const std::string& path, int error) {
  const auto directory = directory_of(path);
  if (error == ENOENT || error == ENOTDIR)
    throw failure{failure_kind::cannot_create, "no socket can be made at \"" + path +
                                                   "\": the directory \"" + directory +
                                                   "\" does not exist; create it, or choose "
                                                   "another path with --socket"};
  if (error == EACCES || error == EPERM || error == EROFS)
    throw failure{failure_kind::not_permitted,
                  "no socket can be made at \"" + path + "\": " + error_text(error) +
                      "; run as a user who may write to \"" + directory +
                      "\", or choose another path with --socket"};
  throw failure{failure_kind::cannot_create, "no socket can be made at \"" + path +
                                                 "\": " + error_text(error) +
                                                 "; choose another path with --socket"};
}

descriptor new_socket(const std::string& path) {
  descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!socket) refuse(path, errno);
  return socket;
}

/// Keeps two nodes that start at once from taking each other's fresh socket for a stale one.
class directory_lock {
 public:
  explicit directory_lock(const std::string& socket_path) {
    const auto directory = directory_of(socket_path);
    directory_ = descriptor{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!directory_ && (errno == ENOENT || errno == ENOTDIR)) refuse(socket_path, errno);
    // A directory that may not be read cannot be locked, and somebody else may hold its lock for
    // long: then the start goes on without, at a risk that only two starts at once run.
    if (directory_) lock();
  }

 private:
  void lock() const {
    for (int i = 0; i < lock_tries; ++i) {
      if (::flock(directory_.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
      std::this_thread::sleep_for(lock_pause);
    }
  }

  static constexpr int lock_tries = 100;
  static constexpr std::chrono::milliseconds lock_pause{10};

  descriptor directory_;
};

[[noreturn]] void refuse_running(const std::string& path, const std::string& pid) {
  throw failure{failure_kind::already_running,
                "a node is already running at \"" + path + "\", pid " + pid +
                    "; stop it, or choose another path with --socket"};
}

/// Whether nobody listens at `path` any more. Refuses when somebody does.
bool is_stale(const std::string& path, const sockaddr_un& address) {
  const auto probe = new_socket(path);
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0)
    refuse_running(path, std::to_string(identity_of_peer(probe.get()).pid));
  if (errno == EAGAIN) refuse_running(path, "unknown (it does not accept clients)");
  if (errno == ECONNREFUSED) return true;
  if (errno == ENOENT) return false;
  if (errno == EACCES || errno == EPERM)
    throw failure{failure_kind::not_permitted,
                  "there is a socket at \"" + path +
                      "\", and it may not be asked who has it: " + error_text(errno) +
                      "; run as its owner, or choose another path with --socket"};
  refuse(path, errno);
}

}  // namespace

unix_listener::unix_listener(std::string path, socket_rights rights)
    : path_(std::move(path)), rights_(rights) {
  const directory_lock lock{path_};
  make_room();
  bind_and_listen();
}

void unix_listener::make_room() const {
  const auto address = address_of(path_);
  struct stat found {};
  if (::lstat(path_.c_str(), &found) != 0) {
    if (errno == ENOENT) return;
    refuse(path_, errno);
  }
  if (!S_ISSOCK(found.st_mode))
    throw failure{failure_kind::cannot_create,
                  "\"" + path_ +
                      "\" exists and is not a socket; it was left alone: move it away, or choose "
                      "another path with --socket"};
  if (is_stale(path_, address) && ::unlink(path_.c_str()) != 0 && errno != ENOENT)
    refuse(path_, errno);
}

void unix_listener::bind_and_listen() {
  const auto address = address_of(path_);
  auto socket = new_socket(path_);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    refuse(path_, errno);
  // Before listen, so that nobody can connect while the mode is still the umask's.
  struct stat made {};
  if (::chmod(path_.c_str(), static_cast<mode_t>(rights_)) != 0 ||
      ::lstat(path_.c_str(), &made) != 0 || ::listen(socket.get(), backlog) != 0)
    refuse(path_, errno);
  device_ = made.st_dev;
  inode_ = made.st_ino;
  socket_ = std::move(socket);
}

int unix_listener::descriptor() const {
  const std::lock_guard lock{mutex_};
  return socket_.get();
}

troupe::descriptor unix_listener::accept() const {
  const std::lock_guard lock{mutex_};
  return troupe::descriptor{
      ::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
}

/// The kernel gives out the lowest number that is free, so a copy shows how many are taken.
std::optional<std::uint64_t> unix_listener::descriptors_taken() const {
  const std::lock_guard lock{mutex_};
  const troupe::descriptor copy{::fcntl(socket_.get(), F_DUPFD_CLOEXEC, 0)};
  if (!copy) return std::nullopt;
  return static_cast<std::uint64_t>(copy.get());
}

void unix_listener::close() {
  const std::lock_guard lock{mutex_};
  if (!socket_) return;
  // While the socket is open a new node takes it for a live one and leaves the path alone.
  struct stat found {};
  if (::lstat(path_.c_str(), &found) == 0 && found.st_dev == device_ && found.st_ino == inode_)
    ::unlink(path_.c_str());
  socket_.reset();
}

}  // namespace troupe::delivery
