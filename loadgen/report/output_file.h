#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "common/os/unique_fd.h"

namespace iotcpd::loadgen {

/// A file cannot be written; what() is one line that names it.
class OutputFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A file that is written while a run goes on. Nothing that happens to it stops the run: the first
/// trouble is remembered, nothing is written after it, and it is told at the end.
/// REQUIRES: SIGPIPE is ignored.
class OutputFile {
 public:
  /// May writing wait for the reader of a pipe? Where not, one that does not keep up is trouble.
  enum class Waiting { kNever, kAllowed };

  /// Creates it, or leaves what is in it until something is written; "-" is standard output.
  /// Throws OutputFileError.
  explicit OutputFile(std::string path, Waiting waiting = Waiting::kNever);

  /// The first time what was in the file before goes.
  void append(std::string_view text);
  /// Closes it. One line that names the file and says what went wrong; empty when all was written.
  [[nodiscard]] std::string close();

 private:
  void remember(int error);

  std::string path_;
  UniqueFd fd_;
  bool holdsOther_ = false;
  std::string trouble_;
};

/// Writes a whole report at once; the line that OutputFile::close() gives. Throws OutputFileError
/// when there can be no such file.
[[nodiscard]] std::string writeReportFile(const std::string& path, std::string_view text);

}  // namespace iotcpd::loadgen
