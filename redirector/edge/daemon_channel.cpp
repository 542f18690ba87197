#include "redirector/edge/daemon_channel.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <utility>

namespace iotcpd::redirector {
namespace {

constexpr std::size_t kReadBytes = 65536;

/// One read buffer for all daemons of a thread: nothing of it outlives a call.
std::array<char, kReadBytes>& readBuffer() {
  static thread_local std::array<char, kReadBytes> buffer;
  return buffer;
}

}  // namespace

DaemonChannel::DaemonChannel(Poller& poller, UniqueFd stdinWriter, UniqueFd stdoutReader,
                             Awaits awaits, std::size_t maxReplyBytes, Listener& listener)
    : poller_(poller),
      stdin_(std::move(stdinWriter)),
      stdout_(std::move(stdoutReader)),
      listener_(listener),
      stdinHandler_(*this),
      framer_(maxReplyBytes),
      awaits_(awaits) {}

DaemonChannel::~DaemonChannel() { mute(); }

bool DaemonChannel::open() {
  listening_ = poller_.add(stdout_.get(), EPOLLIN, *this);
  stdinWatched_ = poller_.add(stdin_.get(), 0, stdinHandler_);
  return listening_ && stdinWatched_;
}

DaemonChannel::Silence DaemonChannel::checkSilence() {
  assert(!awaiting_);
  char byte = 0;
  const ssize_t got = ::read(stdout_.get(), &byte, 1);
  if (got > 0) return Silence::kSpoke;
  return got == 0 ? Silence::kClosed : Silence::kSilent;
}

DaemonChannel::SendResult DaemonChannel::send(std::string_view request) {
  assert(awaits_ == Awaits::kManyReplies || (!awaiting_ && pending_.empty()));
  if (!pending_.empty()) {
    pending_.add(request);
    return SendResult::kTaken;
  }
  ssize_t written = ::write(stdin_.get(), request.data(), request.size());
  if (written < 0) {
    if (errno != EAGAIN) return SendResult::kRefused;
    written = 0;
  }
  awaiting_ = true;
  writtenBytes_ = static_cast<std::size_t>(written);
  if (static_cast<std::size_t>(written) < request.size()) {
    pending_.add(request.substr(static_cast<std::size_t>(written)));
    poller_.change(stdin_.get(), EPOLLOUT, stdinHandler_);
  }
  return SendResult::kTaken;
}

bool DaemonChannel::requestUnread() const {
  return awaiting_ && framer_.buffered() == 0 && unreadBytes() >= writtenBytes_;
}

/// 0 as well when it cannot be known.
std::size_t DaemonChannel::unreadBytes() const {
  int unread = 0;
  if (!stdin_ || ::ioctl(stdin_.get(), FIONREAD, &unread) != 0) return 0;
  return static_cast<std::size_t>(unread);
}

void DaemonChannel::listen(TimePoint now) {
  if (listening_) readOnce(now);
}

void DaemonChannel::drain(TimePoint now) {
  while (listening_ && readOnce(now)) {
  }
}

void DaemonChannel::closeStdin() {
  forgetStdin();
  pending_.clear();
  stdin_.reset();
}

void DaemonChannel::mute() {
  forgetStdin();
  if (std::exchange(listening_, false)) poller_.remove(stdout_.get(), *this);
}

void DaemonChannel::onEvents(std::uint32_t /*events*/, TimePoint now) { readOnce(now); }

bool DaemonChannel::readOnce(TimePoint now) {
  std::array<char, kReadBytes>& buffer = readBuffer();
  const ssize_t got = ::read(stdout_.get(), buffer.data(), buffer.size());
  if (got < 0) return errno == EINTR;
  if (got == 0) {
    mute();
    listener_.onChannelEvent(ChannelEvent::kClosed, {}, now);
    return false;
  }
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
  if (awaits_ == Awaits::kManyReplies) {
    takeReplies(bytes, now);
  } else if (!awaiting_) {
    listener_.onChannelEvent(ChannelEvent::kStray, {}, now);
  } else {
    takeReply(bytes, now);
  }
  return true;
}

void DaemonChannel::takeReply(std::string_view bytes, TimePoint now) {
  const LineFramer::Taken taken = framer_.take(bytes);
  if (taken.status == LineFramer::Status::kNeedMore) return;
  if (taken.status == LineFramer::Status::kTooLong) {
    listener_.onChannelEvent(ChannelEvent::kOversize, {}, now);
    return;
  }
  awaiting_ = false;
  // A reply to a request not yet wholly read was not made from it.
  const bool more = !taken.rest.empty() || !pending_.empty();
  listener_.onChannelEvent(more ? ChannelEvent::kReplyAndMore : ChannelEvent::kReply, taken.line,
                           now);
}

void DaemonChannel::takeReplies(std::string_view bytes, TimePoint now) {
  while (listening_ && !bytes.empty()) {
    const LineFramer::Taken taken = framer_.take(bytes);
    bytes = taken.rest;
    if (taken.status == LineFramer::Status::kLine) {
      listener_.onChannelEvent(bytes.empty() ? ChannelEvent::kReply : ChannelEvent::kReplyAndMore,
                               taken.line, now);
    } else if (taken.status == LineFramer::Status::kNeedMore) {
      listener_.onChannelEvent(ChannelEvent::kLineBegun, {}, now);
    } else {
      listener_.onChannelEvent(ChannelEvent::kOversize, taken.line, now);
    }
  }
}

void DaemonChannel::onStdinReady(std::uint32_t events, TimePoint now) {
  if ((events & EPOLLERR) != 0) {
    onStdinBroken(now);
  } else {
    writePending(now);
  }
}

void DaemonChannel::onStdinBroken(TimePoint now) {
  forgetStdin();
  // What it had written before counts first.
  listen(now);
  const bool unread = awaits_ == Awaits::kManyReplies ? unreadBytes() > 0 : requestUnread();
  if (listening_ && (unread || !pending_.empty())) {
    listener_.onChannelEvent(ChannelEvent::kBrokenStdin, {}, now);
  }
}

void DaemonChannel::writePending(TimePoint now) {
  const std::string_view rest = pending_.rest();
  const ssize_t written = ::write(stdin_.get(), rest.data(), rest.size());
  if (written < 0) {
    if (errno != EAGAIN && errno != EINTR) onStdinBroken(now);
    return;
  }
  pending_.taken(static_cast<std::size_t>(written));
  writtenBytes_ += static_cast<std::size_t>(written);
  if (pending_.empty()) poller_.change(stdin_.get(), 0, stdinHandler_);
}

void DaemonChannel::forgetStdin() {
  if (std::exchange(stdinWatched_, false)) poller_.remove(stdin_.get(), stdinHandler_);
}

void DaemonChannel::StdinHandler::onEvents(std::uint32_t events, TimePoint now) {
  channel_.onStdinReady(events, now);
}

}  // namespace iotcpd::redirector
