#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/framing/line_framer.h"
#include "common/os/unique_fd.h"
#include "common/text/scanner.h"

namespace iotcpd::loadgen {

/// Reads a file line by line through a buffer of a fixed size, and knows where it is. What is wrong
/// is thrown as PlanError with the file and the line.
class LineReader {
 public:
  /// `kind` is what the file is called in errors ("plan file"); `mostLineBytes` counts the newline.
  /// Throws PlanError.
  LineReader(std::string kind, std::string path, std::size_t mostLineBytes);

  /// The next line without its newline, valid until the call after; false at the end.
  [[nodiscard]] bool next(std::string_view& line);
  /// From 1; of the line handed out last.
  [[nodiscard]] std::uint64_t lineNumber() const { return lineNumber_; }
  /// Whether the file ended within the line handed out last, without a newline.
  [[nodiscard]] bool isCutShort() const { return isCutShort_; }
  /// Read so far, from the start.
  [[nodiscard]] std::uint64_t bytesRead() const { return bytesRead_; }
  /// Back to the start. Throws PlanError for a pipe.
  void rewind();

  /// "plan file 'x' WHAT", "plan file 'x' line 3: WHAT".
  [[noreturn]] void fail(std::string_view what) const;
  [[noreturn]] void failAtLine(std::string_view what) const;

 private:
  [[nodiscard]] bool fill();

  static constexpr std::size_t kBufferBytes = 64UL * 1024;

  std::string kind_;
  std::string path_;
  UniqueFd fd_;
  LineFramer framer_;
  std::array<char, kBufferBytes> buffer_{};
  std::string_view unread_;  ///< of the buffer
  std::uint64_t lineNumber_ = 0;
  std::uint64_t bytesRead_ = 0;
  std::size_t mostLineBytes_;
  bool isCutShort_ = false;
};

}  // namespace iotcpd::loadgen
