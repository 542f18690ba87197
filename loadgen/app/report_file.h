#pragma once

#include <string>
#include <string_view>

#include "common/os/unique_fd.h"

namespace iotcpd::loadgen {

/// A file for something whole: opened before the work, so that nobody works for nothing, and
/// replaced after it, so that what was there before is not lost to a run that fails.
/// REQUIRES: SIGPIPE is ignored.
class ReportFile {
 public:
  /// "-" is standard output. Creates the file; leaves what is in it. Throws Failure (74) that names
  /// the path.
  explicit ReportFile(std::string path);

  /// Empties the file; returns the descriptor, which stays ours, for whoever writes by himself.
  /// Throws Failure (74).
  [[nodiscard]] int begin();
  /// Throws Failure (74) when not everything has got there.
  void close();

  /// All three: empties it, writes the text, closes it.
  void write(std::string_view text);

 private:
  [[noreturn]] void fail(int error) const;

  std::string path_;
  UniqueFd fd_;
};

}  // namespace iotcpd::loadgen
