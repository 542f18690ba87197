#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/stats/hdr_histogram.h"
#include "common/time/clock.h"
#include "redirector/policy/access_list.h"
#include "redirector/policy/daemon_state.h"

namespace iotcpd::redirector {

/// How a query ended; each ends in exactly one of them.
enum class Outcome : std::uint8_t { kReplied, kTimeout, kFailed, kUnknown };
inline constexpr std::size_t kOutcomeCount = 4;
[[nodiscard]] std::string_view outcomeName(Outcome outcome);  // "replied" …

/// What decided an outcome that is not kReplied.
enum class Cause : std::uint8_t {
  kNone,           ///< replied
  kBusyTimeout,    ///< timeout: the daemon exceeded busy-timeout
  kOversize,       ///< failed: no newline within max-request
  kEof,            ///< failed: the client's EOF came before its newline
  kClientTimeout,  ///< failed: the request line did not arrive within client-timeout
  kQueueFull,      ///< failed
  kQueueTimeout,   ///< failed
  kDaemonDeath,    ///< failed: the daemon died, or closed its stdout, with the request
  kOversizeReply,  ///< failed: the daemon's reply exceeded max-reply
  kDrainTimeout,   ///< failed: the service was ending
  kReset,          ///< unknown: the client reset the connection
  kNotTaken,       ///< unknown: the client did not take the reply within client-timeout
};
inline constexpr std::size_t kCauseCount = 12;
[[nodiscard]] std::string_view causeName(Cause cause);  // "busy-timeout", "oversize", …
/// The outcome that goes with a cause; kNone goes with kReplied.
[[nodiscard]] Outcome outcomeOf(Cause cause);

/// Upper ends (exclusive) of the predecessor's reply-time buckets; the sixth is open.
inline constexpr std::array<Nanoseconds, 5> kBucketEnds{
    std::chrono::milliseconds(100), std::chrono::milliseconds(250), std::chrono::milliseconds(500),
    std::chrono::milliseconds(750), std::chrono::milliseconds(1000)};
inline constexpr std::size_t kBucketCount = kBucketEnds.size() + 1;

/// All that is counted about clients, queries and condemned daemons. At every moment
///     total = replied + timeout + failed + unknown + inFlight   and   Σ buckets = replied.
/// Each process that was started is in the pool, on its way into it, or counted by how it ended:
///     spawns = deaths + Σ condemned + retired + those in the pool or on their way into it
/// (one that has closed a pipe is counted when it is clear whether it has died).
class Counters {
 public:
  Counters();

  /// The first byte of a request has arrived.
  void queryBegan() { ++total_; }
  /// The query had to queue; counted once per query by the caller.
  void queryDelayed() { ++delayed_; }
  /// It left the queue for a daemon, or got one at once (`waited` 0).
  void queryHandedOut(Nanoseconds waited);
  /// The reply was wholly handed to the kernel `sinceComplete` after the request's newline and
  /// its daemon had it for `service`.
  void queryReplied(Nanoseconds sinceComplete, Nanoseconds service);
  /// It ended otherwise. REQUIRES: cause is not kNone; of this and queryReplied(): it has begun.
  void queryEnded(Cause cause);

  void condemned(CondemnCause cause) { ++condemned_[static_cast<std::size_t>(cause)]; }
  void refused(Refusal refusal) { ++refused_[static_cast<std::size_t>(refusal)]; }
  void spawned() { ++spawns_; }
  /// A daemon ended without having been told to.
  void daemonDied() { ++deaths_; }
  /// A daemon without a fault was stopped: refreshed, recycled, or not wanted any more.
  void daemonRetired() { ++retired_; }
  void connectionWithoutRequest() { ++byteless_; }
  void received(std::size_t bytes) { bytesIn_ += bytes; }
  void sent(std::size_t bytes) { bytesOut_ += bytes; }

  /// Adds all that `other` has counted.
  void merge(const Counters& other);

  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] std::uint64_t outcome(Outcome outcome) const {
    return outcomes_[static_cast<std::size_t>(outcome)];
  }
  [[nodiscard]] std::uint64_t inFlight() const;
  [[nodiscard]] std::uint64_t delayed() const { return delayed_; }
  [[nodiscard]] std::uint64_t cause(Cause cause) const {
    return causes_[static_cast<std::size_t>(cause)];
  }
  [[nodiscard]] const std::array<std::uint64_t, kBucketCount>& buckets() const { return buckets_; }
  [[nodiscard]] std::uint64_t condemnedFor(CondemnCause cause) const {
    return condemned_[static_cast<std::size_t>(cause)];
  }
  [[nodiscard]] std::uint64_t refusedFor(Refusal refusal) const {
    return refused_[static_cast<std::size_t>(refusal)];
  }
  [[nodiscard]] std::uint64_t spawns() const { return spawns_; }
  [[nodiscard]] std::uint64_t deaths() const { return deaths_; }
  [[nodiscard]] std::uint64_t retired() const { return retired_; }
  [[nodiscard]] std::uint64_t byteless() const { return byteless_; }
  [[nodiscard]] std::uint64_t bytesIn() const { return bytesIn_; }
  [[nodiscard]] std::uint64_t bytesOut() const { return bytesOut_; }
  /// Nanoseconds; 1 µs to 1 h, 3 digits.
  [[nodiscard]] const HdrHistogram& queueTimes() const { return queueTimes_; }
  [[nodiscard]] const HdrHistogram& serviceTimes() const { return serviceTimes_; }

 private:
  std::uint64_t total_ = 0;
  std::uint64_t delayed_ = 0;
  std::array<std::uint64_t, kOutcomeCount> outcomes_{};
  std::array<std::uint64_t, kCauseCount> causes_{};
  std::array<std::uint64_t, kBucketCount> buckets_{};
  std::array<std::uint64_t, kCondemnCauseCount> condemned_{};
  std::array<std::uint64_t, 2> refused_{};
  std::uint64_t spawns_ = 0;
  std::uint64_t deaths_ = 0;
  std::uint64_t retired_ = 0;
  std::uint64_t byteless_ = 0;
  std::uint64_t bytesIn_ = 0;
  std::uint64_t bytesOut_ = 0;
  HdrHistogram queueTimes_;
  HdrHistogram serviceTimes_;
};

}  // namespace iotcpd::redirector
