#pragma once

#include <string>

#include "loadgen/report/output_file.h"
#include "loadgen/result/recorder.h"

namespace iotcpd::loadgen {

/// One row per interval, as the run goes; the first line names the columns. Times in seconds or
/// milliseconds, as their names say; a percentile of too few replies is empty. Ordinary requests
/// only.
class CsvWriter final : public IntervalSink {
 public:
  /// Throws OutputFileError.
  explicit CsvWriter(const std::string& path) : file_(path) {}

  /// The run goes off: until then what was in the file is left. Before any interval.
  void begin();
  void onInterval(const RunInterval& interval) override;
  /// What OutputFile::close() says: empty, or the line that ends a run with exit code 74.
  [[nodiscard]] std::string close() { return file_.close(); }

 private:
  OutputFile file_;
};

}  // namespace iotcpd::loadgen
