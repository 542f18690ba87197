#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loadgen/plan/planned_request.h"

namespace iotcpd::loadgen {

/// Writes a plan file (plan_file_format.h) through a buffer of a fixed size. Driven by `plan`:
/// write() for each request in order, then finish(), without which the file counts as cut short.
class PlanFileWriter {
 public:
  /// `fd` stays the caller's. `origin` says where the plan came from; each of its lines becomes a
  /// comment.
  PlanFileWriter(int fd, std::string_view origin);

  /// Throws PlanError when the request is longer than 1 MiB, or cannot be written. REQUIRES: due
  /// times that never go back.
  void write(const PlannedRequest& request);
  /// Throws PlanError.
  void finish();

 private:
  void flush();

  int fd_;
  std::string buffer_;
  std::uint64_t count_ = 0;
};

}  // namespace iotcpd::loadgen
