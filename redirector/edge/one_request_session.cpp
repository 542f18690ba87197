// OneRequestSession: its life, and its request. Its reply is in one_request_reply.cpp.
#include "redirector/edge/one_request_session.h"

#include <sys/socket.h>

#include <cassert>
#include <cerrno>
#include <utility>

#include "redirector/edge/waiting_list.h"

namespace iotcpd::redirector {
namespace {

/// Reads of one connection in one pass, so that one that pours does not hold up the others.
constexpr int kReadsPerPass = 16;

}  // namespace

OneRequestSession::OneRequestSession(const Environment& environment, UniqueFd fd,
                                     std::optional<IpAddress> source)
    : ClientSession(environment, std::move(fd), source),
      framer_(environment.settings.maxRequestBytes) {}

void OneRequestSession::begin(TimePoint now) {
  acceptedAt_ = now;
  readRequest(now);
}

void OneRequestSession::onReady(std::uint32_t /*events*/) {
  const TimePoint now = with().clock.now();
  if (state_ == State::kReading) {
    readRequest(now);
  } else if (state_ == State::kReplying) {
    sendRest(now);
  }
}

void OneRequestSession::onDeadline(TimePoint now) {
  // It may have come up in the same pass as the bytes it waits for.
  if (state_ == State::kReading) readRequest(with().clock.now());
  if (!open()) return;
  if (state_ == State::kReading) {
    giveUpReading(Cause::kClientTimeout, now);
  } else if (state_ == State::kReplying) {
    giveUpReplying();
  }
}

void OneRequestSession::await(std::uint32_t events, TimePoint deadline) {
  setDeadline(deadline);
  watch(events);
}

void OneRequestSession::readRequest(TimePoint now) {
  const std::span<char> buffer = readBuffer();
  for (int reads = 0; reads < kReadsPerPass && state_ == State::kReading && open(); ++reads) {
    const ssize_t got = ::recv(fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got > 0) {
      onBytes({buffer.data(), static_cast<std::size_t>(got)}, now);
    } else if (got == 0) {
      onEndOfInput(now);
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      onBroken();
    }
  }
  if (state_ == State::kReading && open()) {
    await(EPOLLIN | EPOLLONESHOT, acceptedAt_ + with().settings.clientTimeout);
  }
}

void OneRequestSession::onBytes(std::string_view bytes, TimePoint now) {
  with().counters.received(bytes.size());
  if (query_ == nullptr) {
    onSpoke();
    query_ = &with().ledger.open(*this);
  }
  with().ledger.arrived(*query_, bytes);
  const LineFramer::Taken taken = framer_.take(bytes);
  if (taken.status == LineFramer::Status::kNeedMore) return;
  clearDeadline();
  unwatch();
  surplus_ = !taken.rest.empty();
  if (taken.status == LineFramer::Status::kTooLong) {
    surplus_ = true;
    fail(Cause::kOversize, now);
    return;
  }
  state_ = State::kWaiting;
  with().waiting.add(*this, now);
  QueryLedger::complete(*query_, taken.line, now);
  with().sink.onRequest(*query_, now);
}

void OneRequestSession::onEndOfInput(TimePoint now) {
  inputEnded_ = true;
  if (query_ != nullptr) {
    fail(Cause::kEof, now);
  } else {
    end();
  }
}

void OneRequestSession::giveUpReading(Cause cause, TimePoint now) {
  surplus_ = true;  // It may be sending yet.
  if (query_ != nullptr) {
    fail(cause, now);
  } else {
    end();
  }
}

void OneRequestSession::giveUpReplying() {
  decide(Cause::kNotTaken);
  cutOff();
}

void OneRequestSession::onBroken() {
  decide(Cause::kReset);
  end();
}

void OneRequestSession::onReply(Query& /*query*/, std::string_view reply, TimePoint now) {
  assert(state_ == State::kWaiting);
  with().waiting.remove(*this);
  sendReply(reply, now);
}

void OneRequestSession::onFailure(Query& /*query*/, Cause cause, TimePoint now) {
  assert(state_ == State::kWaiting);
  with().waiting.remove(*this);
  fail(cause, now);
}

void OneRequestSession::onReset() {
  assert(state_ == State::kWaiting);
  with().waiting.remove(*this);
  with().sink.onAbandoned(*query_);
  onBroken();
}

void OneRequestSession::onDrain(TimePoint /*now*/) {
  if (!open() || state_ != State::kReading || query_ != nullptr) return;
  readRequest(with().clock.now());
  if (open() && state_ == State::kReading && query_ == nullptr) end();
}

void OneRequestSession::onDrainTimeout(TimePoint now) {
  if (!open()) return;
  if (state_ == State::kReading) {
    giveUpReading(Cause::kDrainTimeout, now);
  } else if (state_ == State::kWaiting) {
    with().waiting.remove(*this);
    with().sink.onAbandoned(*query_);
    fail(Cause::kDrainTimeout, now);
  }
  if (open() && state_ == State::kReplying) giveUpReplying();
}

void OneRequestSession::fail(Cause cause, TimePoint now) {
  decide(cause);
  sendReply(with().settings.errorReply, now);
}

/// The first event decides; does nothing after that.
void OneRequestSession::decide(Cause cause) {
  if (query_ == nullptr) return;
  Query& query = *std::exchange(query_, nullptr);
  // An event bears the time at which its pass began, and what it ends may have begun in that pass.
  with().ledger.decide(query, cause, with().clock.now());
  with().ledger.close(query);
}

}  // namespace iotcpd::redirector
