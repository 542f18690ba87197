#include "redirector/edge/listeners.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <fmt/format.h>

#include "common/os/unique_fd.h"

namespace iotcpd::redirector {
namespace {

using Poco::Net::ServerSocket;
using Poco::Net::SocketAddress;

void makeNonBlocking(const ServerSocket& socket) {
  const int fd = socket.impl()->sockfd();
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/// Another socket that listens where `first` does: the two share connections from now on. `first`
/// is bound and listens by now, or it would share the port with whoever asks.
ServerSocket joining(ServerSocket& first, bool v6, int backlog) {
  first.setReusePort(true);
  ServerSocket socket;
  if (v6) {
    socket.bind6(first.address(), true, true, true);
  } else {
    socket.bind(first.address(), true, true);
  }
  socket.listen(backlog);
  makeNonBlocking(socket);
  return socket;
}

/// Removes a socket file that nobody listens on any more.
void removeStaleSocket(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) {
    throw BindError(fmt::format("cannot bind unix:{}: there is a file that is no socket", path));
  }
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const SocketAddress address(SocketAddress::UNIX_LOCAL, path);
  if (::connect(probe.get(), address.addr(), address.length()) != 0 && errno == ECONNREFUSED) {
    ::unlink(path.c_str());
    return;
  }
  throw BindError(fmt::format("cannot bind unix:{}: another process listens on it", path));
}

}  // namespace

Listeners::Listeners(const ListenSettings& settings)
    : ofShards_(settings.threads), port_(settings.port) {
  for (const std::string& address : settings.ipv4) bindTcp(address, false, settings.backlog);
  for (const std::string& address : settings.ipv6) bindTcp(address, true, settings.backlog);
  if (!settings.unixPath.empty()) bindUnix(settings);
}

Listeners::~Listeners() {
  for (std::size_t shard = 0; shard < ofShards_.size(); ++shard) close(shard);
}

std::vector<int> Listeners::descriptors(std::size_t shard) const {
  std::vector<int> descriptors;
  for (const ServerSocket& socket : ofShards_[shard]) {
    descriptors.push_back(socket.impl()->sockfd());
  }
  return descriptors;
}

void Listeners::close(std::size_t shard) {
  ofShards_[shard].clear();
  struct stat status {};
  if (shard == 0 && unixInode_ != 0 && ::lstat(unixPath_.c_str(), &status) == 0 &&
      status.st_ino == unixInode_) {
    ::unlink(unixPath_.c_str());
  }
  if (shard == 0) unixInode_ = 0;
}

void Listeners::bindTcp(const std::string& address, bool v6, int backlog) {
  const std::string name =
      v6 ? fmt::format("[{}]:{}", address, port_) : fmt::format("{}:{}", address, port_);
  try {
    const SocketAddress wanted(address, port_);
    ServerSocket socket;
    // The first one without SO_REUSEPORT: a second instance must be told that the port is taken.
    if (v6) {
      socket.bind6(wanted, true, false, true);
    } else {
      socket.bind(wanted, true, false);
    }
    socket.listen(backlog);
    makeNonBlocking(socket);
    port_ = socket.address().port();
    ofShards_.front().push_back(socket);
    for (std::size_t shard = 1; shard < ofShards_.size(); ++shard) {
      ofShards_[shard].push_back(joining(socket, v6, backlog));
    }
    names_.push_back(v6 ? fmt::format("[{}]:{}", address, port_)
                        : fmt::format("{}:{}", address, port_));
  } catch (const Poco::Exception& e) {
    const int error = e.code();
    throw BindError(fmt::format("cannot bind {}: {}", name,
                                error != 0 ? std::strerror(error) : e.displayText()));
  }
}

void Listeners::bindUnix(const ListenSettings& settings) {
  removeStaleSocket(settings.unixPath);
  try {
    ServerSocket socket;
    socket.bind(SocketAddress(SocketAddress::UNIX_LOCAL, settings.unixPath), false, false);
    ::chmod(settings.unixPath.c_str(), settings.unixMode);
    socket.listen(settings.backlog);
    makeNonBlocking(socket);
    ofShards_.front().push_back(socket);
  } catch (const Poco::Exception& e) {
    const int error = e.code();
    throw BindError(fmt::format("cannot bind unix:{}: {}", settings.unixPath,
                                error != 0 ? std::strerror(error) : e.displayText()));
  }
  struct stat status {};
  if (::lstat(settings.unixPath.c_str(), &status) == 0) unixInode_ = status.st_ino;
  unixPath_ = settings.unixPath;
  names_.push_back("unix:" + unixPath_);
}

}  // namespace iotcpd::redirector
