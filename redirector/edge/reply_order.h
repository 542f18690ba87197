#pragma once

#include <cstddef>

#include "redirector/edge/query.h"

namespace iotcpd::redirector {

/// The queries of one connection in the order in which their replies are due, linked through
/// themselves:
///
///     oldest -> ... -> turn -> ... -> newest
///     |  reply sent, or    | the first that has no reply, or whose
///     |  on its way        | reply is still to be put into the stream
///
/// Owns nothing.
class ReplyOrder {
 public:
  /// At the end.
  void add(Query& query);
  /// REQUIRES: there is one.
  Query& removeOldest();
  /// The turn passes on. REQUIRES: turn() is one.
  void passTurn() { turn_ = turn_->after; }

  [[nodiscard]] Query* oldest() const { return oldest_; }
  /// Whose reply is to be sent next; nullptr when all replies there are have been.
  [[nodiscard]] Query* turn() const { return turn_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  Query* oldest_ = nullptr;
  Query* turn_ = nullptr;
  Query* newest_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace iotcpd::redirector
