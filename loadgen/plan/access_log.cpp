#include "loadgen/plan/access_log.h"

#include "common/text/scanner.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::uint64_t kMostSeconds = 99'999'999'999;
constexpr std::size_t kMostSecondsDigits = 11;
constexpr std::uint64_t kMostElapsedMs = 1'000'000'000;
constexpr std::int64_t kMsPerSecond = 1000;
constexpr std::string_view kDigits = "0123456789";

/// One or more bytes that are no blanks.
std::string_view field(Scanner& scanner, std::string_view name) {
  const std::string_view rest = scanner.rest();
  const std::string_view value = rest.substr(0, rest.find_first_of(" \t"));
  if (value.empty()) scanner.fail(name);
  scanner.skip(value);
  scanner.skipBlanks();
  return value;
}

/// "1286536308.779", in milliseconds.
std::int64_t timestamp(Scanner& scanner) {
  constexpr std::string_view kExpected = "a time such as 1286536308.779";
  constexpr std::size_t kDecimals = 3;
  const std::size_t start = scanner.position();
  const std::string_view value = field(scanner, kExpected);
  const std::size_t point = value.find('.');
  const std::string_view whole = value.substr(0, point);
  const std::string_view decimals = point == std::string_view::npos ? "" : value.substr(point + 1);
  const bool isTime = !whole.empty() && whole.size() <= kMostSecondsDigits &&
                      decimals.size() == kDecimals &&
                      whole.find_first_not_of(kDigits) == std::string_view::npos &&
                      decimals.find_first_not_of(kDigits) == std::string_view::npos;
  if (!isTime) scanner.failAt(start, kExpected);
  const auto seconds = static_cast<std::int64_t>(Scanner(whole).count(0, kMostSeconds));
  const auto ms = static_cast<std::int64_t>(Scanner(decimals).count(0, kMsPerSecond - 1));
  return seconds * kMsPerSecond + ms;
}

/// Negative when Squid's clock was set back meanwhile.
std::int64_t elapsed(Scanner& scanner) {
  const bool isNegative = scanner.skip("-");
  const auto ms = static_cast<std::int64_t>(scanner.count(0, kMostElapsedMs));
  if (scanner.peek() != ' ' && scanner.peek() != '\t') scanner.fail("a blank after the elapsed ms");
  scanner.skipBlanks();
  return isNegative ? -ms : ms;
}

}  // namespace

AccessLogEntry parseAccessLogLine(std::string_view line) {
  AccessLogEntry entry;
  Scanner scanner(line);
  scanner.skipBlanks();
  const std::int64_t endedMs = timestamp(scanner);
  entry.beganMs = endedMs - elapsed(scanner);
  entry.client = field(scanner, "a client");
  field(scanner, "a code and status such as TCP_MISS/200");
  field(scanner, "a number of bytes");
  entry.method = field(scanner, "a method");
  entry.url = field(scanner, "a URL");
  entry.ident = field(scanner, "an ident or '-'");
  field(scanner, "a hierarchy such as DIRECT/1.2.3.4");
  field(scanner, "a content type or '-'");
  return entry;
}

}  // namespace iotcpd::loadgen
