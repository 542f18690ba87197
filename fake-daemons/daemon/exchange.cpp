#include "fake-daemons/daemon/exchange.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "common/text/token.h"
#include "fake-daemons/daemon/directives.h"

namespace iotcpd::fake {
namespace {

/// Memory beyond that is given back between two requests.
constexpr std::size_t kKeptCapacity = 16UL * 1024;

void forgetText(std::string& text) {
  text.clear();
  if (text.capacity() > kKeptCapacity) text.shrink_to_fit();
}

}  // namespace

Exchange::Exchange(Facilities& facilities, ExchangeRules& rules)
    : facilities_(facilities),
      rules_(rules),
      faults_(facilities, [this](TimePoint now) { run(now); }),
      timer_([this](TimePoint now) { run(now); }) {}

bool Exchange::begin(std::uint64_t sequence, std::string_view line, TimePoint now) {
  request_.sequence = sequence;
  request_.ordinal = facilities_.counters.received;
  request_.line.assign(line);
  request_.token = findToken(request_.line);
  request_.readAt = now;
  request_.slept = {};
  reply_ = {};
  written_ = 0;
  // For every request, also one that a fault takes away: faults shift no draws.
  latency_ = rules_.latency.isZero()
                 ? Nanoseconds::zero()
                 : rules_.latency.sample(rules_.latencyRandom, rules_.outstanding());
  if (isUneventful()) return replyAtOnce();
  facilities_.journal.received(now, request_);
  obey();
  stage_ = Stage::kAfterRead;
  inBegin_ = true;
  run(now);
  inBegin_ = false;
  return idle();
}

bool Exchange::isUneventful() const {
  return latency_ == Nanoseconds::zero() && !rules_.obeyRequests &&
         !facilities_.faults.watchesAny() && !facilities_.journal.enabled() &&
         facilities_.output.isFree();
}

// Who measures what is before the fake daemon should find little of this in it: 1,730 instructions
// a request where all the stages take 2,480.
bool Exchange::replyAtOnce() {
  stage_ = Stage::kAwaitsAnswer;
  const std::optional<std::string> text = rules_.respond(*this);
  if (!text) return false;
  stage_ = Stage::kIdle;
  facilities_.output.write(*text);
  ++facilities_.counters.replied;
  return true;
}

void Exchange::obey() {
  directed_.reset();
  if (!rules_.obeyRequests) return;
  Directives directives = findDirectives(request_.text());
  for (const std::string& complaint : directives.complaints) {
    facilities_.host.complain(complaint);
  }
  if (directives.faults.empty()) return;
  Identity identity = rules_.identity;
  identity.seed += request_.ordinal;
  directed_.emplace(identity);
  for (FaultSpec& fault : directives.faults) directed_->add(std::move(fault));
}

void Exchange::answer(std::string text, TimePoint now) {
  setReply(std::move(text));
  run(now);
}

void Exchange::forget() {
  request_.token = {};
  forgetText(request_.line);
  forgetText(reply_.text);
  forgetText(reply_.extra);
}

void Exchange::run(TimePoint now) {
  while (stage_ != Stage::kOver) {
    if (!step(now)) return;
  }
  stage_ = Stage::kIdle;
  if (!inBegin_) rules_.onDone(*this, now);
}

bool Exchange::step(TimePoint now) {
  switch (stage_) {
    case Stage::kAfterRead:
      stage_ = Stage::kLatency;
      return hit(Point::kAfterRead, now);
    case Stage::kLatency:
      return sleepLatency(now);
    case Stage::kLatencyOver:
      request_.slept += now - sleepsSince_;
      stage_ = Stage::kRespond;
      return true;
    case Stage::kRespond:
      return respond();
    case Stage::kBeforeReply:
      stage_ = Stage::kTurn;
      return hit(Point::kBeforeReply, now);
    case Stage::kTurn:
      return beginReply();
    case Stage::kSegment:
      return writeSegment();
    case Stage::kMidReply:
      stage_ = Stage::kPause;
      return hit(Point::kMidReply, now, written_);
    case Stage::kPause:
      return pause(now);
    case Stage::kPauseOver:
      request_.slept += now - sleepsSince_;
      stage_ = Stage::kSegment;
      return true;
    case Stage::kFlush:
      return finishReply(now);
    case Stage::kAfterReply:
      stage_ = Stage::kOver;
      return hit(Point::kAfterReply, now);
    case Stage::kIdle:
    case Stage::kAwaitsAnswer:
    case Stage::kOver:
      break;
  }
  return false;
}

bool Exchange::hit(Point point, TimePoint now, std::uint64_t offset) {
  const bool watched =
      facilities_.faults.watches(point) || (directed_ && directed_->watches(point));
  if (!watched) return true;
  const Hit hit{now - facilities_.startedAt, request_.text(), request_.ordinal};
  std::vector<Fired> fired = facilities_.faults.hit(point, hit, offset);
  if (directed_) std::ranges::move(directed_->hit(point, hit, offset), std::back_inserter(fired));
  const bool hasReply = point == Point::kAfterRead || point == Point::kBeforeReply;
  return faults_.begin(std::move(fired),
                       {&request_, hasReply ? &reply_ : nullptr, rules_.outstanding()}, now);
}

bool Exchange::sleepLatency(TimePoint now) {
  if (reply_.dropped) {
    ++facilities_.counters.dropped;
    stage_ = Stage::kOver;
    return true;
  }
  stage_ = Stage::kRespond;
  if (latency_ == Nanoseconds::zero()) return true;
  stage_ = Stage::kLatencyOver;
  sleepsSince_ = now;
  facilities_.loop.timers().schedule(timer_, now + latency_);
  return false;
}

bool Exchange::respond() {
  stage_ = Stage::kAwaitsAnswer;
  std::optional<std::string> text = rules_.respond(*this);
  if (!text) return false;
  setReply(std::move(*text));
  return true;
}

void Exchange::setReply(std::string text) {
  reply_.text = std::move(text);
  reply_.isReady = true;
  stage_ = Stage::kBeforeReply;
}

bool Exchange::beginReply() {
  if (reply_.dropped || facilities_.output.closed()) {
    if (reply_.dropped) ++facilities_.counters.dropped;
    stage_ = Stage::kOver;
    if (!reply_.extra.empty()) facilities_.host.writeStray(reply_.extra);
    return true;
  }
  reply_.text += reply_.extra;
  stage_ = Stage::kSegment;
  return facilities_.output.takeTurn([this](TimePoint now) { run(now); });
}

// Extra lines are no part of the reply.
std::uint64_t Exchange::nextOffset(std::uint64_t most) const {
  constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t own = directed_ ? directed_->nextOffset(written_).value_or(kNone) : kNone;
  const std::uint64_t next = std::min(own, facilities_.faults.nextOffset(written_).value_or(kNone));
  return next <= most ? next : kNone;
}

bool Exchange::writeSegment() {
  const std::uint64_t piece = reply_.dribbleBytes == 0
                                  ? reply_.text.size()
                                  : reply_.dribbleBytes - written_ % reply_.dribbleBytes;
  const std::uint64_t size = reply_.text.size();
  const std::uint64_t offset = nextOffset(size - reply_.extra.size());
  const std::uint64_t end = std::min({written_ + piece, offset, size});
  facilities_.output.write(std::string_view(reply_.text).substr(written_, end - written_));
  written_ = end;
  stage_ = written_ == offset ? Stage::kMidReply : Stage::kPause;
  return true;
}

bool Exchange::pause(TimePoint now) {
  if (written_ == reply_.text.size()) {
    stage_ = Stage::kFlush;
    return true;
  }
  stage_ = Stage::kSegment;
  const bool dribbles = reply_.dribbleBytes != 0 && written_ % reply_.dribbleBytes == 0;
  if (!dribbles) return true;
  facilities_.output.flush();
  stage_ = Stage::kPauseOver;
  sleepsSince_ = now;
  facilities_.loop.timers().schedule(timer_, now + reply_.dribbleInterval);
  return false;
}

bool Exchange::finishReply(TimePoint now) {
  // Only who looks at the reply's time has to wait for it here; else it goes with the next ones, as
  // long as they are taken.
  const bool waits = facilities_.journal.enabled() || directed_ ||
                     facilities_.faults.watches(Point::kAfterReply) || facilities_.output.isStuck();
  if (waits && !facilities_.output.flush([this](TimePoint later) { run(later); })) {
    return false;
  }
  facilities_.journal.replied(now, request_, reply_.text.size() - reply_.extra.size());
  ++facilities_.counters.replied;
  if (!reply_.extra.empty()) {
    ++facilities_.counters.stray;
    facilities_.journal.stray(now, reply_.extra.size());
  }
  stage_ = Stage::kAfterReply;
  facilities_.output.endTurn(now);
  return true;
}

}  // namespace iotcpd::fake
