#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/time/clock.h"

namespace yardstick {

/// When each request came and how long it was served, kept in memory touched beforehand, so that
/// keeping them disturbs nothing; written at the end.
///
/// The file has a line "ARRIVAL SERVICE" for each request in the order of arrival: nanoseconds of
/// CLOCK_MONOTONIC, nanoseconds of service (0 without a service time).
class Stamps {
 public:
  /// At most `most` are kept. An empty `file`: none are.
  Stamps(std::string file, std::size_t most);

  [[nodiscard]] bool areKept() const { return !file_.empty(); }

  void add(iotcpd::TimePoint arrival, iotcpd::Nanoseconds service) {
    if (count_ < stamps_.size()) {
      stamps_[count_] = {arrival.time_since_epoch().count(), service.count()};
    }
    ++count_;
  }

  /// Dies when the file cannot be written or not all requests had a place.
  void write() const;

 private:
  struct Stamp {
    std::int64_t arrivalNs;
    std::int64_t serviceNs;
  };

  std::string file_;
  std::vector<Stamp> stamps_;
  std::size_t count_ = 0;
};

}  // namespace yardstick
