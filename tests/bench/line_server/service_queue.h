#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "common/random/distribution.h"
#include "common/random/random_stream.h"
#include "common/time/clock.h"

namespace yardstick {

/// A request that is served or waits for it.
struct Job {
  std::uint64_t connection;  ///< whose it is, as the server names it
  iotcpd::TimePoint due;     ///< when its service ends
  iotcpd::Nanoseconds serviceTime;
  std::string reply;
};

/// One server, first come first served, as queueing theory has it. A job's end is set when it
/// arrives: due = max(arrival, the end of the one before) + its service time. So a wake-up that
/// comes late delays one reply and never the queue behind it. Driven by the loop; no clock.
class ServiceQueue {
 public:
  static constexpr std::size_t kMostJobs = 1'000'000;

  ServiceQueue(iotcpd::Distribution serviceTime, std::uint64_t seed)
      : serviceTime_(std::move(serviceTime)), random_(seed, "service") {}

  [[nodiscard]] bool isFull() const { return jobs_.size() >= kMostJobs; }

  /// REQUIRES: !isFull(). Returns the service time drawn.
  iotcpd::Nanoseconds join(std::uint64_t connection, iotcpd::TimePoint arrival, std::string reply) {
    const iotcpd::Nanoseconds drawn = serviceTime_.sample(random_);
    lastDue_ = std::max(arrival, lastDue_) + drawn;
    jobs_.push_back({connection, lastDue_, drawn, std::move(reply)});
    return drawn;
  }

  /// When the job in service ends; nothing when the server is idle.
  [[nodiscard]] std::optional<iotcpd::TimePoint> nextDue() const {
    if (jobs_.empty()) return std::nullopt;
    return jobs_.front().due;
  }

  /// REQUIRES: nextDue() is something. The job in service, which leaves.
  [[nodiscard]] Job finish() {
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
  }

 private:
  iotcpd::Distribution serviceTime_;
  iotcpd::RandomStream random_;
  std::deque<Job> jobs_;
  iotcpd::TimePoint lastDue_{};
};

}  // namespace yardstick
