#include "tests/unit/inspect/support/fake_node.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace troupe::inspecting::test {
namespace {

descriptor listener_at(const std::string& path) {
  descriptor listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ::unlink(path.c_str());
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener.get(), 16) != 0)
    throw std::system_error{errno, std::generic_category(), path};
  return listener;
}

}  // namespace

fake_node::fake_node(const std::string& socket, answering answer)
    : answer_(std::move(answer)),
      listener_(listener_at(socket + ".control")),
      ending_(::eventfd(0, EFD_CLOEXEC)),
      thread_([this] { run(); }) {}

fake_node::~fake_node() {
  ::eventfd_write(ending_.get(), 1);
  thread_.join();
}

std::vector<nlohmann::json> fake_node::questions() const {
  const std::lock_guard lock{mutex_};
  return questions_;
}

void fake_node::run() {
  while (true) {
    std::vector<pollfd> awaited{{ending_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    for (const auto& each : clients_) awaited.push_back({each.socket.get(), POLLIN, 0});
    ::poll(awaited.data(), awaited.size(), -1);
    if (awaited[0].revents != 0) return;
    for (auto i = clients_.size(); i-- > 0;)
      if (awaited[i + 2].revents != 0 && !serve(clients_[i]))
        clients_.erase(clients_.begin() + static_cast<std::ptrdiff_t>(i));
    if (awaited[1].revents != 0)
      clients_.push_back({descriptor{::accept(listener_.get(), nullptr, nullptr)}, {}});
  }
}

bool fake_node::serve(client& served) {
  std::array<char, 65'536> buffer;
  const auto size = ::recv(served.socket.get(), buffer.data(), buffer.size(), 0);
  if (size <= 0) return false;
  served.received.append(buffer.data(), static_cast<std::size_t>(size));
  for (auto end = served.received.find('\n'); end != std::string::npos;
       end = served.received.find('\n')) {
    const auto question = nlohmann::json::parse(served.received.substr(0, end));
    served.received.erase(0, end + 1);
    {
      const std::lock_guard lock{mutex_};
      questions_.push_back(question);
    }
    auto answer = answer_(question);
    if (!answer) return false;
    if (answer->empty()) continue;
    *answer += '\n';
    ::send(served.socket.get(), answer->data(), answer->size(), MSG_NOSIGNAL);
  }
  return true;
}

}  // namespace troupe::inspecting::test
