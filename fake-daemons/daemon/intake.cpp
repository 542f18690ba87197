#include "fake-daemons/daemon/intake.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "common/os/standard_descriptors.h"
#include "fake-daemons/daemon/signal_flags.h"

namespace iotcpd::fake {
namespace {

constexpr std::size_t kMaxRequest = 16UL * 1024 * 1024;
constexpr std::size_t kMaxOutstanding = 4096;
/// Of all requests outstanding, but for one that exceeds it alone.
constexpr std::size_t kMaxOutstandingBytes = 64UL * 1024 * 1024;

}  // namespace

Intake::Intake(Facilities& facilities, ExchangeRules& rules, Pacing pacing, Waiting waiting,
               Callbacks callbacks)
    : facilities_(facilities),
      rules_(rules),
      pacing_(pacing),
      waiting_(waiting),
      callbacks_(std::move(callbacks)),
      watch_(facilities.loop, [this](TimePoint now) { onReadable(now); }),
      idleTime_([this](TimePoint now) { onIdleTime(now); }),
      faults_(facilities, [this](TimePoint now) { onPointDone(now); }),
      framer_(kMaxRequest) {}

void Intake::start(TimePoint now) {
  state_ = State::kBusy;
  pump(now);
}

void Intake::proceed(TimePoint now) {
  if (pumping_) return;
  if (state_ == State::kBusy || state_ == State::kWaiting) pump(now);
  if (state_ == State::kEnded) endIfAnswered();
}

void Intake::onExchangeDone(Exchange& exchange, TimePoint now) {
  const auto place = std::ranges::find(active_, &exchange, [](Exchange& one) { return &one; });
  retire(place);
  proceed(now);
  facilities_.output.flush();
}

void Intake::closeStdin() {
  stopReading();
  closeStandardDescriptor(STDIN_FILENO);
}

void Intake::stopReading() {
  watch_.pause();
  idleTime_.cancel();
  deaf_ = true;
}

Exchange* Intake::oldestAwaitingAnswer() {
  const auto found = std::ranges::find_if(active_, &Exchange::awaitsAnswer);
  return found == active_.end() ? nullptr : &*found;
}

void Intake::pump(TimePoint now) {
  pumping_ = true;
  while (pumpOnce(now)) {
  }
  pumping_ = false;
  facilities_.output.flush();
}

bool Intake::pumpOnce(TimePoint now) {
  if (deaf_) return false;
  giveUpOldest();
  if (!mayBegin()) {
    watch_.pause();
    state_ = State::kBusy;
    return false;
  }
  if (line_.empty() && !findLine()) {
    if (!atEof_) {
      waitForInput(now);
      return false;
    }
    watch_.pause();
    if (hit(Point::kOnEof, State::kEofPoint, now)) onPointDone(now);
    return false;
  }
  if (!std::exchange(readPointDone_, true) && !hit(Point::kBeforeRead, State::kReadPoint, now)) {
    return false;
  }
  if (deaf_) return false;
  beginExchange(now);
  return true;
}

// Some programs answer nothing to some lines: they must not stop what comes after.
void Intake::giveUpOldest() {
  while (pacing_ == Pacing::kPipeline && isFull() && active_.front().awaitsAnswer()) {
    active_.front().giveUp();
    retire(active_.begin());
  }
}

bool Intake::isFull() const {
  return active_.size() >= kMaxOutstanding || activeBytes_ >= kMaxOutstandingBytes;
}

void Intake::retire(std::list<Exchange>::iterator exchange) {
  activeBytes_ -= exchange->request().line.size();
  exchange->forget();
  spare_.splice(spare_.begin(), active_, exchange);
}

bool Intake::mayBegin() const {
  if (callbacks_.isHeldUp()) return false;
  if (active_.empty()) return true;
  if (pacing_ == Pacing::kSerial || isFull()) return false;
  return pacing_ == Pacing::kFree || active_.back().asked();
}

bool Intake::findLine() {
  if (unframed_.empty()) return atEof_ && takeUnterminated();
  const LineFramer::Taken taken = framer_.take(unframed_);
  unframed_ = taken.rest;
  if (taken.status == LineFramer::Status::kTooLong) {
    callbacks_.onTrouble("a request is longer than 16MiB");
  }
  line_ = taken.line;
  return !line_.empty() || (atEof_ && takeUnterminated());
}

bool Intake::takeUnterminated() {
  if (framer_.buffered() == 0) return false;
  line_ = framer_.take("\n").line;
  line_.remove_suffix(1);
  return true;
}

void Intake::beginExchange(TimePoint now) {
  state_ = State::kBusy;
  readPointDone_ = false;
  idlePointDone_ = false;
  idleTime_.cancel();
  callbacks_.onBusy();
  if (spare_.empty()) spare_.emplace_back(facilities_, rules_);
  active_.splice(active_.end(), spare_, spare_.begin());
  const auto exchange = std::prev(active_.end());
  ++facilities_.counters.received;
  activeBytes_ += line_.size();
  if (exchange->begin(++sequence_, std::exchange(line_, {}), now)) {
    retire(exchange);
  }
}

void Intake::waitForInput(TimePoint now) {
  const bool becomesIdle =
      facilities_.faults.watches(Point::kIdle) && isIdle() && !idlePointDone_ && !hasBytes();
  if (becomesIdle) {
    idlePointDone_ = true;
    watch_.pause();
    if (!hit(Point::kIdle, State::kIdlePoint, now)) return;
    if (deaf_) return;
  }
  state_ = State::kWaiting;
  if (waiting_ == Waiting::kReads) {
    watch_.waitInRead(STDIN_FILENO);
  } else {
    watch_.wait(STDIN_FILENO, POLLIN);
  }
  if (facilities_.faults.watches(Point::kIdle)) onFaultsChanged(now);
}

void Intake::onFaultsChanged(TimePoint now) {
  if (state_ != State::kWaiting || deaf_) return;
  const auto idleTime = facilities_.faults.nextTime(Point::kIdle, now - facilities_.startedAt);
  if (idleTime && isIdle()) {
    facilities_.loop.timers().schedule(idleTime_, facilities_.startedAt + *idleTime);
  } else {
    idleTime_.cancel();
  }
}

bool Intake::isIdle() const { return active_.empty() && framer_.buffered() == 0; }

void Intake::onIdleTime(TimePoint now) {
  if (state_ != State::kWaiting || !isIdle() || hasBytes()) return;
  watch_.pause();
  if (hit(Point::kIdle, State::kIdlePoint, now)) onPointDone(now);
}

bool Intake::hasBytes() {
  int count = 0;
  if (::ioctl(STDIN_FILENO, FIONREAD, &count) == 0) return count > 0;
  // What does not say is taken to have some, but for what never has.
  struct stat status {};
  const bool isNull = ::fstat(STDIN_FILENO, &status) == 0 && S_ISCHR(status.st_mode) &&
                      status.st_rdev == ::makedev(1, 3);
  return !isNull;
}

void Intake::onReadable(TimePoint now) {
  const bool isReadPoint =
      !readPointDone_ && facilities_.faults.watches(Point::kBeforeRead) && hasBytes();
  if (isReadPoint) {
    readPointDone_ = true;
    watch_.pause();
    if (!hit(Point::kBeforeRead, State::kReadPoint, now)) return;
    onPointDone(now);
    return;
  }
  pump(read());
}

/// By the clock: what is read may have come after the loop has woken up.
TimePoint Intake::read() {
  state_ = State::kBusy;
  const ssize_t count =
      waiting_ == Waiting::kReads
          ? SignalFlags::readUntilTerm(STDIN_FILENO, buffer_.data(), buffer_.size())
          : ::read(STDIN_FILENO, buffer_.data(), buffer_.size());
  if (count > 0) {
    unframed_ = {buffer_.data(), static_cast<std::size_t>(count)};
  } else if (count == 0) {
    atEof_ = true;
  } else if (errno == EAGAIN) {
    // Whoever shares it has made it so.
    waiting_ = Waiting::kPolls;
  } else if (errno != EINTR) {
    callbacks_.onTrouble(std::string("stdin: ") + std::strerror(errno));
  }
  return steadyNow();
}

bool Intake::hit(Point point, State during, TimePoint now) {
  state_ = during;
  if (!facilities_.faults.watches(point)) return true;
  const Hit hit{now - facilities_.startedAt, {}};
  return faults_.begin(facilities_.faults.hit(point, hit), {}, now);
}

void Intake::onPointDone(TimePoint now) {
  if (deaf_ && state_ != State::kEofPoint) return;
  switch (state_) {
    case State::kReadPoint:
      if (line_.empty()) now = read();
      break;
    case State::kIdlePoint:
      state_ = State::kBusy;
      break;
    case State::kEofPoint:
      state_ = State::kEnded;
      endIfAnswered();
      return;
    case State::kNotStarted:
    case State::kBusy:
    case State::kWaiting:
    case State::kEnded:
      return;
  }
  if (!pumping_) pump(now);
}

void Intake::endIfAnswered() {
  const bool isAnswered =
      active_.empty() || (pacing_ == Pacing::kPipeline && active_.back().asked());
  if (isAnswered) callbacks_.onEnd();
}

}  // namespace iotcpd::fake
