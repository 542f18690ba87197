#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "common/stats/hlog.h"
#include "common/text/quantity.h"
#include "common/text/scanner.h"

namespace iotcpd {
namespace {

/// Times from the epoch up to the year 2096, so that the sum of two can be expressed.
constexpr Nanoseconds kMostTime = std::chrono::seconds(4'000'000'000);
/// A row that begins so much before the start of its log counts from there, not from the epoch.
constexpr Nanoseconds kYear = std::chrono::hours(24 * 365);
constexpr std::string_view kNumberBytes = "0123456789.";

/// Goes past digits and points.
std::string_view takeNumber(Scanner& scanner) {
  const std::string_view left = scanner.rest();
  const std::string_view number = left.substr(0, left.find_first_not_of(kNumberBytes));
  scanner.skip(number);
  return number;
}

/// A time in seconds, exact to the nanosecond.
Nanoseconds takeSeconds(Scanner& scanner) {
  const std::size_t start = scanner.position();
  const auto time = parseDuration(takeNumber(scanner), std::chrono::seconds(1));
  if (!time || *time > kMostTime) {
    scanner.failAt(start, "seconds from 0 to 4000000000 such as 1.250");
  }
  return *time;
}

/// Reads a log line by line; what stands before a row decides what its times count from.
class HlogReader {
 public:
  explicit HlogReader(const std::function<void(HlogRow&&)>& onRow) : onRow_(onRow) {}

  void readLine(std::string_view line) {
    Scanner scanner(line);
    if (scanner.skip("#[StartTime: ")) {
      setStart(takeSeconds(scanner));
    } else if (scanner.skip("#[BaseTime: ")) {
      setBase(takeSeconds(scanner));
    } else if (!line.empty() && line.front() != '#' && !line.starts_with("\"StartTimestamp\"")) {
      readRow(scanner);
    }
  }

 private:
  void readRow(Scanner& scanner) {
    std::string tag = takeTag(scanner);
    const Nanoseconds start = sinceStart(takeSeconds(scanner));
    comma(scanner);
    const Nanoseconds length = takeSeconds(scanner);
    comma(scanner);
    // The maximum is in the histogram as well.
    if (takeNumber(scanner).empty()) scanner.fail("the maximum, a number");
    comma(scanner);
    onRow_({std::move(tag), start, length, decodeHistogram(scanner.rest())});
  }

  static std::string takeTag(Scanner& scanner) {
    if (!scanner.skip("Tag=")) return {};
    const std::string_view left = scanner.rest();
    const std::string_view tag = left.substr(0, left.find_first_of(", \t"));
    scanner.skip(tag);
    comma(scanner);
    return std::string(tag);
  }

  static void comma(Scanner& scanner) {
    if (!scanner.skip(",")) scanner.fail("','");
  }

  /// The rules of HdrHistogram's own reader for logs that leave out where their times count from.
  Nanoseconds sinceStart(Nanoseconds stamp) {
    if (!hasStart_) setStart(stamp);
    if (!hasBase_) setBase(stamp < start_ - kYear ? start_ : Nanoseconds::zero());
    return stamp + base_ - start_;
  }

  void setStart(Nanoseconds start) {
    start_ = start;
    hasStart_ = true;
  }
  void setBase(Nanoseconds base) {
    base_ = base;
    hasBase_ = true;
  }

  const std::function<void(HlogRow&&)>& onRow_;
  Nanoseconds start_{};
  Nanoseconds base_{};
  bool hasStart_ = false;
  bool hasBase_ = false;
};

}  // namespace

void readHlog(std::string_view text, const std::function<void(HlogRow&&)>& onRow) {
  HlogReader reader(onRow);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    try {
      reader.readLine(line);
    } catch (const SyntaxError& error) {
      throw HistogramFormatError(fmt::format("line {}: {}", number, error.what()));
    } catch (const HistogramFormatError& error) {
      throw HistogramFormatError(fmt::format("line {}: {}", number, error.what()));
    }
  }
}

}  // namespace iotcpd
