// KeepAliveSession: its life, and its requests. Its replies are in keep_alive_replies.cpp.
#include "redirector/edge/keep_alive_session.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace iotcpd::redirector {
namespace {

std::size_t arrivedBytes(int fd) {
  int bytes = 0;
  return ::ioctl(fd, FIONREAD, &bytes) == 0 ? static_cast<std::size_t>(std::max(bytes, 0)) : 0;
}

}  // namespace

KeepAliveSession::KeepAliveSession(const Environment& environment, UniqueFd fd,
                                   std::optional<IpAddress> source)
    : ClientSession(environment, std::move(fd), source),
      framer_(environment.settings.maxRequestBytes) {}

void KeepAliveSession::begin(TimePoint now) {
  // A reply must not wait for the acknowledgement of the one before. A UNIX socket needs no
  // telling.
  const int on = 1;
  ::setsockopt(fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  idleSince_ = now;
  read();
  if (open()) proceed(now);
}

void KeepAliveSession::onReady(std::uint32_t events) {
  if ((events & EPOLLIN) != 0 && reads()) {
    read();
  } else if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
    onBroken();
  }
  if (!open()) return;
  if ((events & EPOLLOUT) != 0) with().writes.defer(*this);
  proceed(with().clock.now());
}

void KeepAliveSession::onDeadline(TimePoint now) {
  // What it waits for may have come in the same pass.
  if (reads()) read();
  if (open() && blocked_) send(now);
  if (!open()) return;
  const Nanoseconds clientTimeout = with().settings.clientTimeout;
  if (blocked_ && now >= takenSince_ + clientTimeout) {
    forgetAll(Cause::kNotTaken);
    cutOff();
    return;
  }
  if (partial_ != nullptr && now >= partialSince_ + clientTimeout) {
    failPartial(Cause::kClientTimeout);
  } else if (order_.size() == 0 && now >= idleSince_ + with().settings.idleTimeout) {
    finish(now);
    return;
  }
  proceed(now);
}

void KeepAliveSession::onDrain(TimePoint now) {
  if (!open()) return;
  draining_ = true;
  drainBytes_ = arrivedBytes(fd());
  proceed(now);
}

void KeepAliveSession::onDrainTimeout(TimePoint now) {
  if (!open()) return;
  if (partial_ != nullptr) failPartial(Cause::kDrainTimeout);
  for (Query* query = order_.oldest(); query != nullptr; query = query->after) {
    if (query->answered) continue;
    with().sink.onAbandoned(*query);
    onFailure(*query, Cause::kDrainTimeout, now);
  }
  if (!stream_.empty()) send(now);
  if (!open()) return;
  if (stream_.empty()) {
    finish(now);
  } else {
    forgetAll(Cause::kNotTaken);
    cutOff();
  }
}

/// There may be more room, or less time.
void KeepAliveSession::onSettings(TimePoint now) {
  if (open()) proceed(now);
}

/// What is read is wanted at once: no more than that may wait here.
bool KeepAliveSession::reads() const {
  return state_ == State::kServing && held_.empty() && (partial_ != nullptr || hasRoom());
}

void KeepAliveSession::read() {
  const bool restOfPartial = draining_ && drainBytes_ == 0;
  const std::span<char> buffer = readBuffer();
  const std::size_t most =
      draining_ && !restOfPartial ? std::min(drainBytes_, buffer.size()) : buffer.size();
  const ssize_t got = ::recv(fd(), buffer.data(), most, MSG_DONTWAIT);
  if (got > 0) {
    std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
    with().counters.received(bytes.size());
    onSpoke();
    if (restOfPartial) {
      bytes = bytes.substr(0, std::min(bytes.find('\n'), bytes.size() - 1) + 1);
    } else if (draining_) {
      drainBytes_ -= bytes.size();
    }
    held_.assign(take(bytes, with().clock.now()));
    framer_.releaseLine();
  } else if (got == 0) {
    onEndOfInput();
  } else if (errno != EAGAIN && errno != EINTR) {
    onBroken();
  }
}

std::string_view KeepAliveSession::take(std::string_view bytes, TimePoint at) {
  while (!bytes.empty()) {
    if (partial_ == nullptr) {
      if (!hasRoom()) return bytes;
      framer_.setMaxLineBytes(with().settings.maxRequestBytes);  // A reload may have changed it.
      partial_ = &with().ledger.open(*this);
      partialSince_ = at;
      order_.add(*partial_);
    }
    const LineFramer::Taken taken = framer_.take(bytes);
    with().ledger.arrived(*partial_, bytes.substr(0, bytes.size() - taken.rest.size()));
    bytes = taken.rest;
    if (taken.status == LineFramer::Status::kTooLong) failPartial(Cause::kOversize);
    if (taken.status != LineFramer::Status::kLine) return {};
    Query& query = *std::exchange(partial_, nullptr);
    QueryLedger::complete(query, taken.line, at);
    with().sink.onRequest(query, at);
  }
  return {};
}

void KeepAliveSession::takeHeld(TimePoint now) {
  if (held_.empty() || !hasRoom()) return;
  held_.drop(held_.size() - take(held_.rest(), now).size());
}

void KeepAliveSession::onEndOfInput() {
  inputEnded_ = true;
  state_ = State::kFinishing;
  if (partial_ != nullptr) failPartial(Cause::kEof);
}

/// The error reply is sent in its turn, as the last: what follows cannot be framed, or will not be
/// served.
void KeepAliveSession::failPartial(Cause cause) {
  state_ = State::kFinishing;
  onFailure(*std::exchange(partial_, nullptr), cause, with().clock.now());
}

/// After whatever may have changed: goes on with what can go on now, and waits for the rest.
void KeepAliveSession::proceed(TimePoint now) {
  takeHeld(now);
  if (draining_ && drainBytes_ == 0 && held_.empty() && partial_ == nullptr) {
    state_ = State::kFinishing;
  }
  if (order_.size() == 0 && state_ == State::kFinishing) {
    finish(now);
    return;
  }
  watch((reads() ? EPOLLIN : 0U) | (blocked_ ? EPOLLOUT : 0U));
  resetDeadline();
}

void KeepAliveSession::finish(TimePoint now) {
  if (inputEnded_) {
    end();
  } else {
    linger(now);
  }
}

/// Nobody waits for these replies any more.
void KeepAliveSession::forgetAll(Cause cause) {
  const TimePoint now = with().clock.now();
  partial_ = nullptr;
  while (order_.size() > 0) {
    Query& query = order_.removeOldest();
    with().sink.onAbandoned(query);
    if (!query.decided) with().ledger.decide(query, cause, now);
    with().ledger.close(query);
  }
}

void KeepAliveSession::onBroken() {
  forgetAll(Cause::kReset);
  end();
}

/// A timer that is due too early finds nothing to do, which costs less than moving it each time.
void KeepAliveSession::resetDeadline() {
  TimePoint deadline = TimePoint::max();
  const Nanoseconds clientTimeout = with().settings.clientTimeout;
  if (partial_ != nullptr) deadline = std::min(deadline, partialSince_ + clientTimeout);
  if (blocked_) deadline = std::min(deadline, takenSince_ + clientTimeout);
  if (order_.size() == 0) deadline = std::min(deadline, idleSince_ + with().settings.idleTimeout);
  if (deadline == TimePoint::max()) return;
  if (!timer().armed() || deadline < timer().deadline()) setDeadline(deadline);
}

}  // namespace iotcpd::redirector
