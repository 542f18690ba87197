#include <sys/socket.h>

#include <cerrno>

#include "loadgen/drive/connection.h"

namespace iotcpd::loadgen {
namespace {

/// Without the newline and a carriage return before it.
std::string_view contentOf(std::string_view line) {
  line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

void Connection::receive(bool peerHasEnded) {
  for (;;) {
    const ssize_t got = ::recv(fd_.get(), wire_.buffer.data(), wire_.buffer.size(), 0);
    const TimePoint now = steadyNow();
    if (got < 0) {
      if (errno != EAGAIN) onEnd(Outcome::kReset, now);
      return;
    }
    if (got == 0) {
      onEnd(headHasBytes_ ? Outcome::kTruncated : Outcome::kEmpty, now);
      return;
    }
    const auto bytes = static_cast<std::size_t>(got);
    wire_.recorder.onBytes(0, bytes);
    const std::uint64_t before = closings_;
    takeReplies({wire_.buffer.data(), bytes}, now);
    // A read that was not filled has emptied the socket; only an end may be behind it.
    if (closings_ != before || (bytes < wire_.buffer.size() && !peerHasEnded)) return;
  }
}

void Connection::takeReplies(std::string_view bytes, TimePoint now) {
  bool goesOn = true;
  while (goesOn && !bytes.empty()) {
    if (count_ == 0) {
      ++wire_.trouble.unaskedReplies;
      close();
      break;
    }
    goesOn = takeReply(bytes, now);
  }
  tellAlike(now);
  if (hasRoom()) tellRoom(now);
}

/// Takes the first reply out of `bytes`; false when there is no more to be had from them.
bool Connection::takeReply(std::string_view& bytes, TimePoint now) {
  InFlight& head = at(0);
  if (!head.request.isSent) {
    // It answers what it cannot have seen.
    ++wire_.trouble.unaskedReplies;
    finishAll(Outcome::kWrongReply, Outcome::kEmpty, now);
    return false;
  }
  const LineFramer::Taken taken = framer_.take(bytes);
  const bool isWhole = taken.status == LineFramer::Status::kLine;
  if (!headHasBytes_ && !isWhole) {
    headHasBytes_ = true;
    wire_.recorder.onFirstByte(head.request, now);
  }
  if (taken.status == LineFramer::Status::kNeedMore) return false;
  if (taken.status == LineFramer::Status::kTooLong) {
    finishAll(Outcome::kWrongReply, Outcome::kEmpty, now);
    return false;
  }
  const Outcome outcome = wire_.check.judge(contentOf(taken.line), head.hasToken, head.token);
  bytes = taken.rest;
  if (outcome == Outcome::kOk && !headHasBytes_) {
    if (alikeCount_ > 0 && !(alike_ == head.request)) tellAlike(now);
    alike_ = head.request;
    ++alikeCount_;
    dropHead();
  } else {
    if (!headHasBytes_) wire_.recorder.onFirstByte(head.request, now);
    finishHead(outcome, now);
  }
  if (wire_.keepAlive && (count_ > 0 || !isMisbehaving_)) return true;
  if (!bytes.empty()) ++wire_.trouble.unaskedReplies;
  close();
  return false;
}

/// No more will come from the peer.
void Connection::onEnd(Outcome ofHead, TimePoint now) {
  finishAll(ofHead, ofHead == Outcome::kReset ? Outcome::kReset : Outcome::kEmpty, now);
  tellRoom(now);
}

void Connection::onDeadline(TimePoint now) {
  if (count_ == 0) return;
  const TimePoint deadline = at(0).request.sent + wire_.timeout;
  if (deadline > now) {
    wire_.timers.schedule(deadline_, deadline);
    return;
  }
  // Those behind it cannot be answered without it.
  finishAll(Outcome::kTimeout, Outcome::kTimeout, now);
  tellRoom(now);
}

void Connection::finishHead(Outcome outcome, TimePoint now) {
  InFlight& head = at(0);
  if (!head.request.isSent) {
    // It never had a connection that it could have gone out on.
    if (outcome != Outcome::kCensored) outcome = Outcome::kRefused;
    head.request.sent = head.request.due;
    --unsent_;
  }
  wire_.recorder.onOutcome(head.request, outcome, now);
  if (outcome == Outcome::kOk) wire_.lastOk = now;
  dropHead();
}

void Connection::dropHead() {
  first_ = first_ + 1 == inFlight_.size() ? 0 : first_ + 1;
  --count_;
  --wire_.outstanding;
  headHasBytes_ = false;
}

void Connection::tellAlike(TimePoint now) {
  if (alikeCount_ == 0) return;
  wire_.recorder.onFirstByte(alike_, now, alikeCount_);
  wire_.recorder.onOutcome(alike_, Outcome::kOk, now, alikeCount_);
  wire_.lastOk = now;
  alikeCount_ = 0;
}

void Connection::finishAll(Outcome ofHead, Outcome ofOthers, TimePoint now) {
  for (Outcome outcome = ofHead; count_ > 0; outcome = ofOthers) finishHead(outcome, now);
  close();
}

void Connection::censor(TimePoint now) { finishAll(Outcome::kCensored, Outcome::kCensored, now); }

}  // namespace iotcpd::loadgen
