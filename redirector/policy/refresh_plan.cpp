#include "redirector/policy/refresh_plan.h"

#include <cassert>

namespace iotcpd::redirector {

bool RefreshPlan::request([[maybe_unused]] std::size_t slots) {
  assert(slots > 0);
  if (current_) {
    again_ = true;
    return false;
  }
  current_ = 0;
  failures_ = 0;
  return true;
}

RefreshPlan::Progress RefreshPlan::succeeded(std::size_t slots) {
  assert(current_);
  failures_ = 0;
  if (*current_ + 1 >= slots) {
    return endRound(Progress::kDone);
  }
  ++*current_;
  return Progress::kNextSlot;
}

RefreshPlan::Progress RefreshPlan::failed() {
  assert(current_);
  return ++failures_ < kMaxFailures ? Progress::kNextSlot : endRound(Progress::kAborted);
}

void RefreshPlan::cancel() {
  if (current_) {
    aborted_ = false;
  }
  current_.reset();
  again_ = false;
}

RefreshPlan::Progress RefreshPlan::endRound(Progress how) {
  aborted_ = how == Progress::kAborted;
  failures_ = 0;
  if (!again_) {
    current_.reset();
    return how;
  }
  again_ = false;
  current_ = 0;
  return Progress::kAnotherRound;
}

}  // namespace iotcpd::redirector
