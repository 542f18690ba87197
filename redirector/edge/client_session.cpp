// ClientSession: its life, and its request. Its reply is in client_session_reply.cpp.
#include "redirector/edge/client_session.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <span>
#include <utility>

#include <Poco/Exception.h>

#include "redirector/edge/daemon_process.h"

namespace iotcpd::redirector {
namespace {

constexpr std::size_t kReadBytes = 16384;
/// Reads of one connection in one pass, so that one that pours does not hold up the others.
constexpr int kReadsPerPass = 16;

/// One for all sessions: the loop has one thread, and nothing of it outlives a call. Not shared
/// with the daemons' channels, whose reply is sent from their buffer while this one is read into.
std::span<char> readBuffer() {
  static std::array<char, kReadBytes> buffer;
  return buffer;
}

}  // namespace

ClientSession::ClientSession(const Environment& environment, UniqueFd fd,
                             std::optional<IpAddress> source)
    : with_(environment),
      fd_(std::move(fd)),
      source_(source),
      framer_(environment.settings.maxRequestBytes),
      timer_([this](TimePoint now) { onDeadline(now); }) {}

void ClientSession::begin(TimePoint now) {
  acceptedAt_ = now;
  readRequest(now);
}

void ClientSession::onReady() {
  const TimePoint now = with_.clock.now();
  switch (state_) {
    case State::kReading:
      readRequest(now);
      break;
    case State::kReplying:
      sendRest(now);
      break;
    case State::kLingering:
      discardInput();
      break;
    case State::kWaiting:
    case State::kEnded:
      break;
  }
}

void ClientSession::onDeadline(TimePoint now) {
  // It may have come up in the same pass as the bytes it waits for.
  if (state_ == State::kReading) readRequest(now);
  if (state_ == State::kReading) {
    giveUpReading(Cause::kClientTimeout, now);
  } else if (state_ == State::kReplying) {
    giveUpReplying();
  } else if (state_ == State::kLingering) {
    end();
  }
}

void ClientSession::giveUpReading(Cause cause, TimePoint now) {
  surplus_ = true;  // It may be sending yet.
  if (began_) {
    fail(cause, now);
  } else {
    end();
  }
}

void ClientSession::giveUpReplying() {
  if (!decided_) decide(Cause::kNotTaken);
  cutOff();
}

void ClientSession::readRequest(TimePoint now) {
  for (int reads = 0; reads < kReadsPerPass && state_ == State::kReading; ++reads) {
    const ssize_t got = ::recv(fd_.get(), readBuffer().data(), readBuffer().size(), MSG_DONTWAIT);
    if (got > 0) {
      onBytes({readBuffer().data(), static_cast<std::size_t>(got)}, now);
    } else if (got == 0) {
      onEndOfInput(now);
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      onBroken();
    }
  }
  if (state_ == State::kReading) {
    await(Watch::Interest::kReadable, acceptedAt_ + with_.settings.clientTimeout);
  }
}

void ClientSession::onBytes(std::string_view bytes, TimePoint now) {
  with_.counters.received(bytes.size());
  if (!std::exchange(began_, true)) with_.counters.queryBegan();
  if (with_.trace.enabled() && trace_.head.size() < QueryTrace::kHeadBytes) {
    trace_.head += bytes.substr(0, QueryTrace::kHeadBytes - trace_.head.size());
  }
  const LineFramer::Taken taken = framer_.take(bytes);
  if (taken.status == LineFramer::Status::kNeedMore) return;
  if (watch_) watch_->want(Watch::Interest::kNothing);
  timer_.cancel();
  surplus_ = !taken.rest.empty();
  if (taken.status == LineFramer::Status::kTooLong) {
    surplus_ = true;
    fail(Cause::kOversize, now);
    return;
  }
  state_ = State::kWaiting;
  // `now` may be from before the newline came: the time in the queue begins with what was read.
  trace_.completeAt = with_.clock.now();
  with_.sink.onRequest(*this, taken.line, trace_.completeAt);
}

void ClientSession::onEndOfInput(TimePoint now) {
  inputEnded_ = true;
  if (began_) {
    fail(Cause::kEof, now);
  } else {
    end();
  }
}

void ClientSession::onBroken() {
  if (began_ && !decided_) decide(Cause::kReset);
  end();
}

void ClientSession::onHandedOut(DaemonProcess& daemon) {
  daemon_ = &daemon;
  trace_.handedOutAt = daemon.handedOutAt;
  trace_.worker = daemon.slot();
  trace_.incarnation = daemon.incarnation();
  trace_.pid = daemon.pid();
  if (!std::exchange(handedOut_, true)) {
    with_.counters.queryHandedOut(queued ? daemon.handedOutAt - since : Nanoseconds::zero());
  }
}

void ClientSession::onTakenBack() {
  assert(state_ == State::kWaiting && !queued);
  daemon_ = nullptr;
  trace_.handedOutAt = {};
  trace_.pid = 0;
  if (since != TimePoint{}) return;
  since = trace_.completeAt;
  with_.counters.queryDelayed();
}

void ClientSession::deliver(std::string_view reply, TimePoint now) {
  assert(state_ == State::kWaiting);
  daemon_ = nullptr;
  sendReply(reply, now);
}

void ClientSession::fail(Cause cause, TimePoint now) {
  assert(began_ && !decided_);
  daemon_ = nullptr;
  decide(cause);
  sendReply(with_.settings.errorReply, now);
}

void ClientSession::onReset() {
  assert(state_ == State::kWaiting);
  with_.sink.onAbandoned(*this);
  daemon_ = nullptr;
  onBroken();
}

void ClientSession::onDrain(TimePoint now) {
  if (state_ != State::kReading || began_) return;
  readRequest(now);
  if (state_ == State::kReading && !began_) end();
}

void ClientSession::onDrainTimeout(TimePoint now) {
  if (state_ == State::kReading) {
    giveUpReading(Cause::kDrainTimeout, now);
  } else if (state_ == State::kWaiting) {
    with_.sink.onAbandoned(*this);
    fail(Cause::kDrainTimeout, now);
  }
  if (state_ == State::kReplying) giveUpReplying();
}

void ClientSession::decide(Cause cause) {
  decided_ = true;
  // An event bears the time at which its pass began, and what it ends may have begun in that pass.
  const TimePoint now = with_.clock.now();
  if (cause == Cause::kNone) {
    with_.counters.queryReplied(now - trace_.completeAt, now - trace_.handedOutAt);
  } else {
    with_.counters.queryEnded(cause);
  }
  if (with_.trace.enabled()) with_.trace.write(trace_, cause, now);
}

void ClientSession::await(Watch::Interest interest, TimePoint deadline) {
  with_.timers.schedule(timer_, deadline);
  if (!watch_) watch_ = std::make_unique<Watch>(with_.reactor, fd_.get(), [this] { onReady(); });
  try {
    watch_->want(interest);
  } catch (const Poco::Exception&) {
    // The kernel would not watch it; the deadline decides.
  }
}

void ClientSession::end() {
  if (!began_) with_.counters.connectionWithoutRequest();
  state_ = State::kEnded;
  timer_.cancel();
  if (watch_) watch_->want(Watch::Interest::kNothing);
  fd_.reset();
  with_.onEnded(*this);
}

}  // namespace iotcpd::redirector
