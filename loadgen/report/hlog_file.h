#pragma once

#include <chrono>
#include <string>

#include "loadgen/report/output_file.h"
#include "loadgen/result/recorder.h"

namespace iotcpd::loadgen {

/// A histogram log (HdrHistogram's format 1.3), as the run goes: for each interval a row tagged
/// `latency` and one tagged `service`. The warm-up is in it, as in every log of a run.
class HlogFile final : public IntervalSink {
 public:
  /// Throws OutputFileError.
  explicit HlogFile(const std::string& path) : file_(path) {}

  /// The schedule starts now, by the wall clock: what the rows count from. Before any interval.
  void begin(std::chrono::system_clock::time_point start);
  void onInterval(const RunInterval& interval) override;
  /// What OutputFile::close() says: empty, or the line that ends a run with exit code 74.
  [[nodiscard]] std::string close() { return file_.close(); }

 private:
  OutputFile file_;
};

}  // namespace iotcpd::loadgen
