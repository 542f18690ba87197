#include <algorithm>
#include <cerrno>
#include <cstring>

#include "loadgen/drive/connection.h"

namespace iotcpd::loadgen {
namespace {

/// Without the newline and a carriage return before it.
std::string_view contentOf(std::string_view line) {
  line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// How many lines at the front of `rest` are the same as the one just before it: with one
/// comparison, all that `most` allows and that are whole, or else 0.
std::size_t repeats(std::string_view line, std::string_view rest, std::size_t most) {
  const std::size_t count = std::min(most, rest.size() / line.size());
  // What is equal to itself a line further on is that line, again and again.
  const bool areSame = std::memcmp(line.data(), rest.data(), count * line.size()) == 0;
  return areSame ? count : 0;
}

}  // namespace

void Connection::receive(bool peerHasEnded) {
  for (;;) {
    const ssize_t got = link_.receive(wire_.buffer);
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
    // Who was held up finds the reply and the end of its time in one turn: late is late.
    if (isOverdue(now)) {
      onDeadline(now);
      return;
    }
    const std::uint64_t before = closings_;
    takeReplies({wire_.buffer.data(), bytes}, now);
    // A read that was not filled has emptied the socket; only an end may be behind it.
    if (closings_ != before || (bytes < wire_.buffer.size() && !peerHasEnded)) return;
  }
}

void Connection::takeReplies(std::string_view bytes, TimePoint now) {
  while (!bytes.empty()) {
    takeGood(bytes, now);
    if (bytes.empty()) break;
    if (outstanding() == 0) {
      ++wire_.trouble.unaskedReplies;
      close();
      break;
    }
    if (!takeReply(bytes, now)) break;
  }
  if (hasRoom()) tellRoom(now);
}

/// The usual case, batch by batch: whole lines that are good replies on a connection that stays.
/// The first that is anything else is left to takeReply().
void Connection::takeGood(std::string_view& bytes, TimePoint now) {
  if (!wire_.keepAlive || isMisbehaving_ || headHasBytes_) return;
  while (outstanding() > 0 && requests_.head().isSent) {
    const std::size_t most = requests_.headBatchSize();
    const std::size_t good = takeGoodLines(bytes, most);
    if (good == 0) return;
    const SentRequest& request = requests_.head();
    wire_.recorder.onFirstByte(request, now, good);
    wire_.recorder.onOutcome(request, Outcome::kOk, now, good);
    wire_.lastOk = now;
    drop(good);
    if (good < most) return;
  }
}

std::size_t Connection::takeGoodLines(std::string_view& bytes, std::size_t most) {
  std::string_view rest = bytes;
  std::size_t good = 0;
  while (good < most) {
    const std::string_view line = framer_.wholeLine(rest);
    if (line.empty()) break;
    const Outstanding::Token token = requests_.token(good);
    const Outcome outcome = wire_.check.judge(contentOf(line), token.isThere, token.number);
    if (outcome != Outcome::kOk) break;
    rest.remove_prefix(line.size());
    if (++good > 1 || good == most || requests_.headBatchHoldsTokens()) continue;
    // Without tokens the same reply is as good for every request.
    const std::size_t more = repeats(line, rest, most - good);
    rest.remove_prefix(more * line.size());
    good += more;
  }
  bytes = rest;
  return good;
}

/// Takes the first reply out of `bytes`; false when there is no more to be had from them.
bool Connection::takeReply(std::string_view& bytes, TimePoint now) {
  const SentRequest& head = requests_.head();
  if (!head.isSent) {
    // It answers what it cannot have seen.
    ++wire_.trouble.unaskedReplies;
    finishAll(Outcome::kWrongReply, Outcome::kEmpty, now);
    return false;
  }
  const LineFramer::Taken taken = framer_.take(bytes);
  const bool isWhole = taken.status == LineFramer::Status::kLine;
  if (!headHasBytes_ && !isWhole) {
    headHasBytes_ = true;
    wire_.recorder.onFirstByte(head, now);
  }
  if (taken.status == LineFramer::Status::kNeedMore) return false;
  if (taken.status == LineFramer::Status::kTooLong) {
    finishAll(Outcome::kWrongReply, Outcome::kEmpty, now);
    return false;
  }
  const Outstanding::Token token = requests_.token(0);
  const Outcome outcome = wire_.check.judge(contentOf(taken.line), token.isThere, token.number);
  bytes = taken.rest;
  if (!headHasBytes_) wire_.recorder.onFirstByte(head, now);
  finishHead(outcome, now);
  if (outcome == Outcome::kCrossTalk && link_.isDaemon()) {
    // Out of step it would stay, and whatever is asked of it next would be answered wrongly.
    finishAll(Outcome::kEmpty, Outcome::kEmpty, now);
    return false;
  }
  if (wire_.keepAlive && (outstanding() > 0 || !isMisbehaving_)) return true;
  if (!bytes.empty()) ++wire_.trouble.unaskedReplies;
  close();
  return false;
}

/// No more will come from the peer.
void Connection::onEnd(Outcome ofHead, TimePoint now) {
  finishAll(ofHead, ofHead == Outcome::kReset ? Outcome::kReset : Outcome::kEmpty, now);
  tellRoom(now);
}

bool Connection::isOverdue(TimePoint now) const {
  return outstanding() > 0 && requests_.head().isSent &&
         now >= requests_.head().sent + wire_.timeout;
}

void Connection::onDeadline(TimePoint now) {
  if (outstanding() == 0) return;
  const TimePoint deadline = requests_.head().sent + wire_.timeout;
  if (deadline > now) {
    wire_.timers.schedule(deadline_, deadline);
    return;
  }
  // Those behind it cannot be answered without it.
  finishAll(Outcome::kTimeout, Outcome::kTimeout, now);
  tellRoom(now);
}

void Connection::finishHead(Outcome outcome, TimePoint now) {
  SentRequest request = requests_.head();
  if (!request.isSent) {
    // It never had a connection that it could have gone out on.
    if (outcome != Outcome::kCensored) outcome = Outcome::kRefused;
    request.sent = request.due;
  }
  wire_.recorder.onOutcome(request, outcome, now);
  const bool isOrdinary = request.behaviour == Behaviour::kOrdinary;
  if (isOrdinary && outcome == Outcome::kOk) wire_.lastOk = now;
  drop(1);
}

void Connection::drop(std::size_t count) {
  requests_.drop(count);
  wire_.outstanding -= count;
  headHasBytes_ = false;
}

void Connection::finishAll(Outcome ofHead, Outcome ofOthers, TimePoint now) {
  for (Outcome outcome = ofHead; outstanding() > 0; outcome = ofOthers) finishHead(outcome, now);
  close();
}

void Connection::censor(TimePoint now) {
  link_.closeGently();
  finishAll(Outcome::kCensored, Outcome::kCensored, now);
}

}  // namespace iotcpd::loadgen
