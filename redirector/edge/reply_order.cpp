#include "redirector/edge/reply_order.h"

#include <cassert>

namespace iotcpd::redirector {

void ReplyOrder::add(Query& query) {
  query.after = nullptr;
  (newest_ != nullptr ? newest_->after : oldest_) = &query;
  newest_ = &query;
  if (turn_ == nullptr) turn_ = &query;
  ++size_;
}

Query& ReplyOrder::removeOldest() {
  assert(oldest_ != nullptr);
  Query& query = *oldest_;
  if (turn_ == &query) turn_ = query.after;
  if (newest_ == &query) newest_ = nullptr;
  oldest_ = query.after;
  --size_;
  return query;
}

}  // namespace iotcpd::redirector
