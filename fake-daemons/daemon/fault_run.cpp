#include "fake-daemons/daemon/fault_run.h"

#include <unistd.h>

#include <utility>

#include "fake-daemons/grammar/action_type.h"

namespace iotcpd::fake {

FaultRun::FaultRun(Facilities& facilities, std::function<void(TimePoint now)> done)
    : facilities_(facilities),
      done_(std::move(done)),
      timer_([this](TimePoint now) { resume(now); }),
      stderr_(facilities.loop, [this](TimePoint now) {
        stderr_.pause();
        resume(now);
      }) {}

FaultRun::~FaultRun() {
  if (ticket_ != 0) facilities_.gates.leave(ticket_);
}

bool FaultRun::begin(std::vector<Fired> fired, const About& about, TimePoint now) {
  if (fired.empty()) return true;
  fired_ = std::move(fired);
  next_ = 0;
  about_ = about;
  return advance(now);
}

bool FaultRun::advance(TimePoint now) {
  for (;;) {
    if (effect_ == nullptr && !startNext(now)) return true;
    const Wait wait = effect_->advance(
        {now, fired_[next_ - 1].random, about_.outstanding, facilities_.host, about_.reply});
    if (!await(wait, now)) return false;
    if (wait.what == Wait::For::kNothing) endEffect(now);
  }
}

void FaultRun::endEffect(TimePoint now) {
  effect_.reset();
  const Point point = fired_[next_ - 1].fault->spec().point;
  // Else it is told with the reply.
  const bool tells = about_.request == nullptr || point == Point::kAfterReply;
  if (tells && slept_ != Nanoseconds::zero()) {
    facilities_.journal.slept(now, point, about_.request, slept_);
  }
  slept_ = {};
}

bool FaultRun::startNext(TimePoint now) {
  if (next_ == fired_.size()) return false;
  const Fired& fired = fired_[next_++];
  // What was answered before is the reader's before anything goes wrong.
  facilities_.output.flush();
  facilities_.journal.fault(now, fired, about_.request);
  effect_ = fired.action->type->start(fired.action->arguments);
  return true;
}

bool FaultRun::await(const Wait& wait, TimePoint now) {
  switch (wait.what) {
    case Wait::For::kNothing:
      return true;
    case Wait::For::kBusyTime:
      facilities_.loop.stayBusyUntil(wait.until);
      [[fallthrough]];
    case Wait::For::kTime:
      sleepsSince_ = now;
      facilities_.loop.timers().schedule(timer_, wait.until);
      return false;
    case Wait::For::kGate:
      ticket_ = facilities_.gates.enter(wait.gate, [this](TimePoint later) {
        ticket_ = 0;
        resume(later);
      });
      return ticket_ == 0;
    case Wait::For::kStderr:
      stderr_.wait(STDERR_FILENO, POLLOUT);
      return false;
    case Wait::For::kNothingEver:
      return false;
  }
  return false;
}

void FaultRun::resume(TimePoint now) {
  if (sleepsSince_ != TimePoint{}) {
    slept_ += now - sleepsSince_;
    if (about_.request != nullptr) about_.request->slept += now - sleepsSince_;
  }
  sleepsSince_ = {};
  if (advance(now)) done_(now);
}

}  // namespace iotcpd::fake
