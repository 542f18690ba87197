#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "common/os/unique_fd.h"
#include "loadgen/drive/poller.h"

namespace iotcpd::loadgen {

class Daemons;

/// The way to the service and back: a socket, or the two pipes of a stdio daemon, which is given up
/// with them. Nothing blocks; a call that fails says why in errno. REQUIRES: SIGPIPE is ignored.
///
///     socket:   we ◄──────── reader_ ────────► service
///     daemon:   we ──writer_──► stdin, stdout ──reader_──► we
class Link {
 public:
  Link() = default;
  ~Link() { close(); }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Takes a socket, connected or about to be. REQUIRES of both: it has been closed.
  void openSocket(UniqueFd socket) { reader_ = std::move(socket); }
  /// Starts a daemon of `daemons`, which outlives it. Returns 0 or errno.
  [[nodiscard]] int openDaemon(Daemons& daemons);

  [[nodiscard]] bool isDaemon() const { return daemons_ != nullptr; }
  /// REQUIRES: it is not a daemon's.
  [[nodiscard]] int socket() const { return reader_.get(); }

  [[nodiscard]] ssize_t send(std::string_view bytes) {
    if (isDaemon()) return write(bytes);
    return ::send(socket(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  /// 0: no more will come.
  [[nodiscard]] ssize_t receive(std::span<char> buffer) {
    if (isDaemon()) return read(buffer);
    return ::recv(socket(), buffer.data(), buffer.size(), 0);
  }
  /// Of a socket: says that no more will be sent.
  void shutdownSending() const;
  /// Of a socket: the peer sees a reset.
  void closeWithReset();

  /// From now on `handler` is told of `events`, of which EPOLLOUT concerns sending.
  void watchFor(Poller& poller, std::uint32_t events, PollHandler& handler) {
    if (watched_ != events) changeWatch(poller, events, handler);
  }

  /// A daemon that has not ended is killed: it may still write what nobody will ask for.
  void close() { leave(true); }
  /// Its work is done: a daemon gets the time to see the end of its stdin.
  void closeGently() { leave(false); }

 private:
  [[nodiscard]] ssize_t write(std::string_view bytes);
  [[nodiscard]] ssize_t read(std::span<char> buffer);
  void changeWatch(Poller& poller, std::uint32_t events, PollHandler& handler);
  void watchWriter(Poller& poller, bool wanted, PollHandler& handler);
  void leave(bool atOnce);

  UniqueFd reader_;
  UniqueFd writer_;  ///< of a daemon only
  std::uint32_t watched_ = 0;
  bool isWriterWatched_ = false;
  bool hasEnded_ = false;  ///< the daemon has closed a pipe
  pid_t pid_ = -1;
  Daemons* daemons_ = nullptr;
};

}  // namespace iotcpd::loadgen
