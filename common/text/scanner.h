#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "common/time/clock.h"

namespace iotcpd {

/// A text does not follow its grammar. what() is one line that says what was expected, the column
/// (from 1), and marks the place in the text: "expected a count at column 20: every(<-- HERE) off".
/// Control bytes are shown as \xNN; of a long text only the surroundings are shown.
class SyntaxError : public std::runtime_error {
 public:
  /// `position` counts bytes from 0; at most text.size().
  SyntaxError(std::string_view text, std::size_t position, std::string_view expected);

  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  std::size_t position_;
};

/// A share of a whole, in millionths: "2%" is 20000. Exact, so that it prints as it was written.
struct Share {
  static constexpr std::uint32_t kWhole = 1'000'000;
  std::uint32_t millionths = kWhole;

  [[nodiscard]] double value() const { return static_cast<double>(millionths) / kWhole; }
  friend bool operator==(const Share&, const Share&) = default;
};

/// "2%", "0.5%", "100%".
[[nodiscard]] std::string formatShare(Share share);

/// In double quotes, with \" \\ and control bytes as \xNN: what Scanner::text() reads back.
[[nodiscard]] std::string quoteText(std::string_view text);

/// Reads a text from left to right. Every take…() that finds something else throws SyntaxError at
/// the place where it began to look. Points into the text given, which must outlive it.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] bool atEnd() const { return position_ == text_.size(); }
  /// The next byte, '\0' at the end.
  [[nodiscard]] char peek() const { return atEnd() ? '\0' : text_[position_]; }
  [[nodiscard]] std::string_view rest() const { return text_.substr(position_); }

  /// Spaces and tabs.
  void skipBlanks();
  /// Goes past `literal` and says true when it is next.
  bool skip(std::string_view literal);
  /// Goes past `literal`, blanks around it allowed; throws unless it is there.
  void expect(std::string_view literal);
  void expectEnd();

  /// Letters, digits, '-' and '_', but not the '-' of "->"; may be empty.
  std::string_view word();
  /// Looks at word() without going past it.
  [[nodiscard]] std::string_view peekWord() const;

  std::uint64_t count(std::uint64_t least, std::uint64_t most);
  /// A time with its unit ("5ms"; "0" needs none), at most a day.
  Nanoseconds duration();
  /// "4096", "64KiB": at least 1 byte.
  std::uint64_t size(std::uint64_t most);
  /// A plain decimal number such as 1.5.
  double number(double least, double most);
  /// "2%" with at most four decimals, above 0 and at most 100.
  Share share();
  /// Either in double quotes, with \" \\ \n \t \xNN, or bare: up to the next ',' or ')', without
  /// blanks at its ends. Not empty when bare.
  std::string text(std::string_view expected);
  /// /…/ with \/ for a slash in it.
  std::string delimited(char delimiter, std::string_view expected);

  [[noreturn]] void fail(std::string_view expected) const { failAt(position_, expected); }
  [[noreturn]] void failAt(std::size_t position, std::string_view expected) const;

 private:
  [[nodiscard]] std::string_view takeWhile(std::string_view accepted);
  std::string quoted();
  char escaped();

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace iotcpd
