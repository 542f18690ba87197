#include "redirector/policy/stop_sequence.h"

#include <cassert>

namespace iotcpd::redirector {

StopSequence::Step StopSequence::begin(TimePoint now) {
  assert(!begun_);
  begun_ = true;
  last_ = Step::kCloseStdin;
  deadline_ = now + kGraceAfterClose;
  return last_;
}

std::optional<StopSequence::Step> StopSequence::next(TimePoint now) {
  assert(begun_);
  if (!deadline_ || now < *deadline_) {
    return std::nullopt;
  }
  if (last_ == Step::kCloseStdin) {
    last_ = Step::kTerminate;
    deadline_ = now + kGraceAfterTerminate;
  } else {
    last_ = Step::kKill;
    deadline_.reset();
  }
  return last_;
}

}  // namespace iotcpd::redirector
