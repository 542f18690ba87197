#pragma once

#include <cstdint>
#include <string>

#include "loadgen/plan/line_reader.h"
#include "loadgen/plan/plan.h"

namespace iotcpd::loadgen {

/// --plan: what a plan file says (plan_file_format.h). The file is read twice: once to see that all
/// of it is right, then request by request through a buffer of a fixed size.
class PlanFileReader final : public Plan {
 public:
  /// Throws PlanError for a file that is unreadable, no file but a pipe, or wrong anywhere.
  explicit PlanFileReader(const std::string& path);

  /// Throws PlanError when the file has changed since.
  [[nodiscard]] bool next(PlannedRequest& request) override;
  [[nodiscard]] bool mayMisbehave() const override { return misbehaves_; }

 private:
  void readHead();
  [[nodiscard]] bool readRequest(PlannedRequest& request);
  void checkEnd(std::string_view line);

  LineReader lines_;
  std::string bytes_;  ///< of the request handed out last
  Nanoseconds lastDue_{};
  std::uint64_t count_ = 0;
  bool hasEnded_ = false;
  bool misbehaves_ = false;
};

}  // namespace iotcpd::loadgen
