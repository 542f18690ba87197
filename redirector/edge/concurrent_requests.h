#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redirector/edge/query.h"
#include "redirector/policy/outstanding_requests.h"

namespace iotcpd::redirector {

/// The requests of one daemon that is given several at a time (--concurrency): those that are
/// gathered for it in this pass, and those that it has.
///
///     gather() ... compose() -> text for its stdin, onSent()
///     line of its stdout -> take()
class ConcurrentRequests {
 public:
  /// 0: the daemon is given one at a time, and none here.
  explicit ConcurrentRequests(std::size_t capacity) : capacity_(capacity), outstanding_(capacity) {}

  /// REQUIRES: fewer than `capacity` are gathered and outstanding.
  void gather(Query& query) { gathered_.push_back(&query); }
  /// Its client has left.
  void withdraw(const Query& query);
  /// How many were withdrawn before they were sent, since it was last asked.
  [[nodiscard]] std::size_t takeWithdrawn();
  /// What has been gathered and is not to be sent any more.
  [[nodiscard]] std::vector<Query*> takeGathered();

  /// Gives the gathered ones their IDs. Returns what is to be sent, valid until the next call;
  /// composed() says for whom.
  [[nodiscard]] std::string_view compose();
  /// The same for a request that nobody waits for.
  [[nodiscard]] std::string_view compose(std::string_view request);
  [[nodiscard]] const std::vector<Query*>& composed() const { return composed_; }
  /// What was composed is with the daemon since `at`, and until `dueAt`.
  void onSent(TimePoint at, TimePoint dueAt);
  /// Takes out those of which not a byte is written yet, of all that was composed the last
  /// `unwrittenBytes`; as far back as it is known whose they are.
  [[nodiscard]] std::vector<Query*> takeUnwritten(std::size_t unwrittenBytes);
  /// What was composed never reached the daemon.
  [[nodiscard]] std::vector<Query*> takeComposed();

  /// The daemon has begun a line: what it answers with it, it has by now. `unwrittenBytes`, here
  /// and below: of all that was composed, the last so many are not written yet.
  void onLineBegun(std::size_t unwrittenBytes);
  struct Answer {
    Query* query = nullptr;  ///< nullptr: nobody waits any more
    std::string_view reply;  ///< with its newline; part of the line
  };
  /// The daemon's line, with its newline; nothing when it answers nothing that it has.
  [[nodiscard]] std::optional<Answer> take(std::string_view line, std::size_t unwrittenBytes);

  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  /// Nothing is gathered, or was and is to be given back, and nothing outstanding that is in time.
  [[nodiscard]] bool idle() const {
    return gathered_.empty() && withdrawn_ == 0 && outstanding_.inTime() == 0;
  }
  [[nodiscard]] OutstandingRequests& outstanding() { return outstanding_; }
  [[nodiscard]] const OutstandingRequests& outstanding() const { return outstanding_; }

 private:
  void append(OutstandingRequests::Id id, std::string_view request);

  std::size_t capacity_;
  OutstandingRequests outstanding_;
  std::vector<Query*> gathered_;
  std::vector<Query*> composed_;
  std::string text_;
  std::size_t withdrawn_ = 0;
  std::uint64_t composedBytes_ = 0;              ///< ever
  std::optional<std::uint64_t> lineBegunAfter_;  ///< how many bytes had been written then
};

}  // namespace iotcpd::redirector
