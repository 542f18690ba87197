#pragma once

#include <string>

#include "loadgen/result/recorder.h"
#include "loadgen/settings.h"

namespace iotcpd::loadgen {

/// One line on a terminal that says how the run is going, rewritten with each second.
class LiveLine final : public IntervalSink {
 public:
  /// Whether standard error is a terminal that can rewrite a line.
  [[nodiscard]] static bool isWanted();

  explicit LiveLine(const RunSettings& settings);
  void onInterval(const RunInterval& interval) override;
  /// Takes the line away.
  void clear();

 private:
  std::string length_;  ///< "/30s", empty when the run's length is not known
  std::uint64_t errors_ = 0;
  bool isShown_ = false;
};

}  // namespace iotcpd::loadgen
