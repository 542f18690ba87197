#include "redirector/policy/refresh_rounds.h"

#include <cassert>
#include <utility>

namespace iotcpd::redirector {

bool RefreshRounds::request() {
  again_ = current_.has_value();
  if (!again_) current_ = 0;
  return !again_;
}

bool RefreshRounds::onEnded(bool aborted) {
  assert(current_);
  if (!aborted && *current_ + 1 < shards_) {
    ++*current_;
    return false;
  }
  current_.reset();
  if (std::exchange(again_, false)) current_ = 0;
  return true;
}

}  // namespace iotcpd::redirector
