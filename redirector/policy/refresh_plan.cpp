#include "redirector/policy/refresh_plan.h"

#include <cassert>

namespace iotcpd::redirector {

void RefreshPlan::begin() {
  assert(!current_);
  current_ = 0;
  failures_ = 0;
}

RefreshPlan::Progress RefreshPlan::succeeded(std::size_t slots) {
  assert(current_);
  failures_ = 0;
  if (*current_ + 1 >= slots) return end(Progress::kDone);
  ++*current_;
  return Progress::kNextSlot;
}

RefreshPlan::Progress RefreshPlan::failed() {
  assert(current_);
  return ++failures_ < kMaxFailures ? Progress::kNextSlot : end(Progress::kAborted);
}

RefreshPlan::Progress RefreshPlan::end(Progress how) {
  current_.reset();
  return how;
}

}  // namespace iotcpd::redirector
