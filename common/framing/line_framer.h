#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace iotcpd {

/// Cuts a byte stream into lines, each up to and including its '\n'; every other byte value is
/// data. A line that arrives whole in one piece is handed out without being copied:
///
///     bytes:  ... e f \n g h \n i j        take(bytes) -> line "...ef\n", rest "gh\nij"
///             ^^^ buffered from earlier pieces, if any
///
/// Knows nothing of descriptors; the owner feeds it what it has read.
class LineFramer {
 public:
  enum class Status {
    kLine,      ///< `line` holds one line with its newline
    kNeedMore,  ///< no newline yet; the bytes are buffered here
    kTooLong,   ///< no newline within the limit; the stream cannot be framed any more
  };

  /// Memory beyond that is given back by releaseLine().
  static constexpr std::size_t kKeptBytes = 4096;
  /// What is kept of a line that is too long, so that it can be told which one it is.
  static constexpr std::size_t kBeginningBytes = 15;

  struct Taken {
    Status status;
    /// Points into the bytes given or into this framer; valid until the next call on either.
    /// When the line has just become kTooLong, its first kBeginningBytes; else empty unless kLine.
    std::string_view line;
    /// What followed the line, always a suffix of the bytes given; empty unless kLine.
    std::string_view rest;
  };

  /// `maxLineBytes` counts the newline.
  explicit LineFramer(std::size_t maxLineBytes) : maxLineBytes_(maxLineBytes) {}

  /// Takes the next line out of what is buffered and `bytes`. Each byte is looked at once, however
  /// the stream is cut into pieces. After kTooLong it says kTooLong until reset().
  [[nodiscard]] Taken take(std::string_view bytes);

  /// The hot path beside take(): the first line of `bytes` when it is here as a whole, which take()
  /// would hand out too; else empty. Changes nothing.
  [[nodiscard]] std::string_view wholeLine(std::string_view bytes) const {
    if (buffered() > 0 || tooLong_) return {};
    const std::size_t newline = bytes.find('\n');
    return newline < maxLineBytes_ ? bytes.substr(0, newline + 1) : std::string_view();
  }

  /// For the lines that begin from now on. REQUIRES: none has begun, buffered() == 0.
  void setMaxLineBytes(std::size_t maxLineBytes) { maxLineBytes_ = maxLineBytes; }

  /// Bytes of an unfinished line held from earlier pieces.
  [[nodiscard]] std::size_t buffered() const { return lineHandedOut_ ? 0 : buffer_.size(); }
  /// Memory for lines that come in pieces.
  [[nodiscard]] std::size_t capacity() const { return buffer_.capacity(); }

  /// The line handed out last is not needed any more: gives the memory of a large one back, for
  /// who has many framers and few large lines.
  void releaseLine();

  /// Forgets an unfinished line and gives its memory back; the next byte starts a new line.
  void reset();

 private:
  std::size_t maxLineBytes_;
  std::string buffer_;
  bool lineHandedOut_ = false;  ///< `buffer_` holds the line of the last call, done with
  bool tooLong_ = false;
};

}  // namespace iotcpd
