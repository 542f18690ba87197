#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/plan/plan.h"

namespace iotcpd::loadgen {

/// How much of an access.log is read; more is refused.
struct ReplayLimits {
  std::uint64_t bytes = 1024ULL * 1024 * 1024;
  std::uint64_t lines = 10'000'000;
};

/// --replay: what Squid asked its redirector once, from its access.log, in the order in which
/// requests began and with the time between them divided by the speed. Lines are in the format of
/// Squid's redirectors: "URL CLIENT/- IDENT METHOD myip=- myport=3128". The whole file is read and
/// checked first, and held as these lines plus 16 bytes each.
class Replay final : public Plan {
 public:
  /// Throws PlanError for a file that is unreadable, beyond the limits, without a request or with a
  /// line that is wrong. REQUIRES: speed > 0; limits of at most 2 GiB.
  Replay(const std::string& path, double speed, const ReplayLimits& limits = {});

  [[nodiscard]] bool next(PlannedRequest& request) override;

 private:
  struct Entry {
    std::int64_t beganMs;
    std::uint32_t start, size;  ///< of its line in `lines_`
  };

  void read(const std::string& path, const ReplayLimits& limits);
  [[nodiscard]] Nanoseconds dueTime(const Entry& entry) const;

  std::string lines_;
  std::vector<Entry> entries_;
  std::size_t next_ = 0;
  double speed_;
};

}  // namespace iotcpd::loadgen
