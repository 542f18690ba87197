#include "loadgen/drive/connection.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <utility>

namespace iotcpd::loadgen {
namespace {

constexpr std::uint32_t kReading = EPOLLIN | EPOLLRDHUP;
constexpr Nanoseconds kConnectPause = std::chrono::milliseconds(1);

void setNoDelay(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int pendingError(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

Connection::Connection(Wire& wire, std::size_t pipeline)
    : wire_(wire),
      requests_(pipeline),
      deadline_([this](TimePoint now) { onDeadline(now); }),
      drip_([this](TimePoint now) { drip(now); }),
      again_([this](TimePoint now) { connectAgain(now); }) {}

int Connection::open(TimePoint now) {
  connectError_ = startConnecting(now);
  if (connectError_ != 0) {
    close();
  } else if (isOpen()) {
    watchFor(kReading);
  } else if (!again_.armed()) {
    watchFor(kReading | EPOLLOUT);
  }
  return connectError_;
}

int Connection::startConnecting(TimePoint now) {
  connectStarted_ = now;
  if (wire_.daemons != nullptr) return startDaemon();
  const PeerAddress& target = wire_.target;
  UniqueFd socket(::socket(target.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) {
    ++wire_.trouble.noDescriptor;
    return errno;
  }
  link_.openSocket(std::move(socket));
  if (!wire_.sources.isEmpty()) {
    if (const int error = wire_.sources.bindNext(link_.socket()); error != 0) return error;
  }
  if (wire_.keepAlive && target.isTcp()) setNoDelay(link_.socket());
  return tryToConnect(now);
}

/// The kernel keeps what a daemon is sent until it has got so far as to read it.
int Connection::startDaemon() {
  if (const int error = link_.openDaemon(*wire_.daemons); error != 0) {
    if (error == EMFILE || error == ENFILE) ++wire_.trouble.noDescriptor;
    return error;
  }
  onConnected(steadyNow());
  return 0;
}

int Connection::tryToConnect(TimePoint now) {
  const PeerAddress& target = wire_.target;
  const auto* address = reinterpret_cast<const sockaddr*>(&target.address);
  if (::connect(link_.socket(), address, target.length) != 0 && errno != EINPROGRESS) {
    if (errno == EADDRNOTAVAIL) ++wire_.trouble.noPort;
    if (errno != EAGAIN || target.isTcp()) return errno;
    wire_.timers.schedule(again_, now + kConnectPause);
  }
  state_ = State::kConnecting;
  return 0;
}

void Connection::connectAgain(TimePoint now) {
  if (const int error = tryToConnect(now); error != 0) {
    failToConnect(error, now);
  } else if (!again_.armed() && outstanding() > 0) {
    send(now);
  } else if (!again_.armed()) {
    watchFor(kReading | EPOLLOUT);
  }
}

void Connection::add(const PlannedRequest& request, TimePoint due, Nanoseconds ownLag,
                     TimePoint now) {
  assert(hasRoom());
  requests_.add(due, ownLag, request.behaviour, {request.token, request.hasToken}, now);
  ++wire_.outstanding;
  if (request.behaviour == Behaviour::kOrdinary) {
    out_ += request.line;
    return;
  }
  isMisbehaving_ = true;
  out_ += misbehavedLine(request.behaviour, request.line, wire_.scratch);
}

void Connection::repeatLast(std::string_view line, std::size_t times) {
  assert(times <= room() && out_.ends_with(line));
  requests_.repeatLast(times);
  wire_.outstanding += times;
  // The one that is there already is the first to be copied; each copy doubles what can be.
  const std::size_t first = out_.size() - line.size();
  for (std::size_t done = 0; done < times;) {
    const std::size_t step = std::min(done + 1, times - done);
    out_.append(out_, first, step * line.size());
    done += step;
  }
}

void Connection::flush(TimePoint now) {
  if (state_ == State::kClosed) {
    connectError_ = startConnecting(now);
    if (connectError_ != 0) {
      failToConnect(connectError_, now);
      return;
    }
  }
  if (!deadline_.armed()) wire_.timers.schedule(deadline_, now + wire_.timeout);
  if (again_.armed()) return;
  // Over loopback the handshake is mostly done by now, and the line goes out without waiting.
  send(now);
}

void Connection::send(TimePoint now) {
  const bool drips = isMisbehaving_ && requests_.lastBehaviour() == Behaviour::kSlowLoris;
  if (drips && state_ == State::kOpen) {
    if (!drip_.armed()) drip(now);
    return;
  }
  const std::size_t left = drips ? 1 : out_.size() - outAt_;
  const ssize_t sent = link_.send(std::string_view(out_).substr(outAt_, left));
  if (sent < 0) {
    if (errno != EAGAIN && errno != ENOTCONN) {
      onSendFailed(errno, now);
      return;
    }
    watchFor(kReading | EPOLLOUT);
    return;
  }
  if (state_ == State::kConnecting) onConnected(steadyNow());
  wire_.recorder.onBytes(static_cast<std::uint64_t>(sent), 0);
  outAt_ += static_cast<std::size_t>(sent);
  markSent(now);
  if (drips) {
    watchFor(kReading);
    wire_.timers.schedule(drip_, now + kLorisPause);
  } else if (outAt_ < out_.size()) {
    dropSent();
    watchFor(kReading | EPOLLOUT);
  } else {
    onAllSent(now);
  }
}

void Connection::onConnected(TimePoint now) {
  state_ = State::kOpen;
  if (outstanding() == 0) return;
  wire_.recorder.onConnected(requests_.head().due, now - connectStarted_);
}

/// A request counts as sent with its first byte: what the kernel has not taken of a batch waits on
/// the server's account, not on ours.
void Connection::markSent(TimePoint now) {
  requests_.markSent(now,
                     [this](const SentRequest& request, Nanoseconds ownLag, std::uint64_t count) {
                       wire_.recorder.onSent(request, ownLag, count);
                     });
}

void Connection::onAllSent(TimePoint now) {
  out_.clear();
  outAt_ = 0;
  if (isMisbehaving_) {
    const AfterSend after = afterSend(requests_.lastBehaviour());
    if (after == AfterSend::kHalfClose) link_.shutdownSending();
    if (after == AfterSend::kReset) link_.closeWithReset();
    if (after == AfterSend::kClose || after == AfterSend::kReset) {
      finishAll(brokenOffOutcome(after), Outcome::kEmpty, now);
      tellRoom(now);
      return;
    }
  }
  watchFor(kReading);
}

/// A server that never catches up must not have us keep all that it has ever been sent. Half of it
/// at the least, so that each byte is moved once on average.
void Connection::dropSent() {
  if (outAt_ < out_.size() / 2) return;
  out_.erase(0, outAt_);
  outAt_ = 0;
}

/// One byte of a request that takes its time.
void Connection::drip(TimePoint now) {
  if (outstanding() == 0 || outAt_ == out_.size()) return;
  const ssize_t sent = link_.send(std::string_view(out_).substr(outAt_, 1));
  if (sent < 0 && errno != EAGAIN) {
    onEnd(Outcome::kReset, now);
    return;
  }
  if (sent == 1) {
    wire_.recorder.onBytes(1, 0);
    ++outAt_;
    markSent(now);
  }
  if (outAt_ < out_.size()) {
    // A socket that can be written to is no news until then.
    watchFor(kReading);
    wire_.timers.schedule(drip_, now + kLorisPause);
  } else {
    onAllSent(now);
  }
}

void Connection::onSendFailed(int error, TimePoint now) {
  if (state_ == State::kConnecting) {
    failToConnect(error, now);
    return;
  }
  // What a daemon has written before it ended is in its pipe all the same.
  const std::uint64_t before = closings_;
  if (link_.isDaemon()) receive(true);
  if (closings_ == before) onEnd(Outcome::kReset, now);
}

void Connection::failToConnect(int error, TimePoint now) {
  connectError_ = error;
  finishAll(Outcome::kRefused, Outcome::kRefused, now);
  tellRoom(now);
}

void Connection::close() {
  link_.close();
  ++closings_;
  state_ = State::kClosed;
  isMisbehaving_ = false;
  headHasBytes_ = false;
  out_.clear();
  outAt_ = 0;
  framer_.reset();
  drip_.cancel();
  again_.cancel();
}

void Connection::onReady(std::uint32_t events) {
  if (state_ == State::kClosed) return;
  if (state_ == State::kConnecting) {
    if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) == 0) return;
    const TimePoint now = steadyNow();
    if (const int error = pendingError(link_.socket()); error != 0) {
      failToConnect(error, now);
      return;
    }
    onConnected(now);
    if (outstanding() == 0) {
      watchFor(kReading);
      return;
    }
    send(now);
    return;
  }
  if ((events & EPOLLOUT) != 0 && outAt_ < out_.size()) send(steadyNow());
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0 && state_ == State::kOpen) {
    receive((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
  }
}

}  // namespace iotcpd::loadgen
