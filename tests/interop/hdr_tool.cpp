// usage: hdr-tool hlog|hgrm|base64 LOWEST HIGHEST DIGITS < values
//        hdr-tool rows|again|sum < log
//
// HdrHistogram's formats as the project writes and reads them, for comparison with other programs
// that do. Values: one per line, "VALUE COUNT"; a line "tag NAME" ends a row of a log.
//
//   hlog     a log of those rows, each of a second
//   hgrm     the percentile distribution of all values, in milliseconds of nanoseconds
//   base64   the encoded histogram of all values
//   rows     per row: tag, start and length in ns, count, min, max, p50, p90, p99, p99.9
//   again    the log's rows as they are written here
//   sum      the percentile distribution of all rows together

#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "common/stats/hdr_codec.h"
#include "common/stats/hgrm.h"
#include "common/stats/hlog.h"

namespace iotcpd {
namespace {

constexpr double kNanosecondsPerMillisecond = 1e6;
/// Of every log written here: 2015-09-09 15:24:39.474 UTC.
constexpr std::chrono::milliseconds kStart{1'441'812'279'474};

HdrHistogram emptyFrom(char** words) {
  return {std::stoll(words[0]), std::stoll(words[1]), std::stoi(words[2])};
}

/// Reads values up to a line "tag NAME", whose name it returns, or the end.
std::optional<std::string> readValues(HdrHistogram& histogram) {
  std::string word;
  std::int64_t count = 0;
  while (std::cin >> word) {
    if (word == "tag") {
      std::string tag;
      std::getline(std::cin >> std::ws, tag);
      return tag == "-" ? std::string() : tag;
    }
    std::cin >> count;
    histogram.record(std::stoll(word), count);
  }
  return {};
}

void printLog(HdrHistogram histogram) {
  fmt::print("{}", hlogHead(std::chrono::system_clock::time_point(kStart)));
  Nanoseconds start{};
  while (const auto tag = readValues(histogram)) {
    fmt::print("{}", hlogRow(*tag, start, std::chrono::seconds(1), histogram));
    histogram.reset();
    start += std::chrono::seconds(1);
  }
}

HdrHistogram allValues(HdrHistogram histogram) {
  while (readValues(histogram)) continue;
  return histogram;
}

void printRow(const HlogRow& row) {
  const HdrHistogram& histogram = row.histogram;
  fmt::print("{},{},{},{},{},{}", row.tag, row.start.count(), row.length.count(), histogram.count(),
             histogram.min(), histogram.max());
  for (const double percentile : {50.0, 90.0, 99.0, 99.9}) {
    fmt::print(",{}", histogram.valueAtPercentile(percentile));
  }
  fmt::print("\n");
}

void printSum(const std::string& log) {
  std::optional<HdrHistogram> sum;
  readHlog(log, [&sum](HlogRow&& row) {
    if (sum) {
      sum->merge(row.histogram);
    } else {
      sum = std::move(row.histogram);
    }
  });
  if (sum) fmt::print("{}", formatHgrm(*sum, kNanosecondsPerMillisecond));
}

void handleLog(std::string_view command) {
  const std::string log{std::istreambuf_iterator<char>(std::cin), {}};
  if (command == "rows") {
    readHlog(log, &printRow);
  } else if (command == "again") {
    readHlog(log, [](const HlogRow& row) {
      fmt::print("{}", hlogRow(row.tag, row.start, row.length, row.histogram));
    });
  } else if (command == "sum") {
    printSum(log);
  } else {
    throw std::invalid_argument(fmt::format("'{}' is no command", command));
  }
}

void run(int count, char** words) {
  const std::string_view command = count > 1 ? words[1] : "";
  if (count == 2) {
    handleLog(command);
  } else if (count == 5 && command == "hlog") {
    printLog(emptyFrom(words + 2));
  } else if (count == 5 && command == "hgrm") {
    fmt::print("{}", formatHgrm(allValues(emptyFrom(words + 2)), kNanosecondsPerMillisecond));
  } else if (count == 5 && command == "base64") {
    fmt::print("{}\n", encodeHistogram(allValues(emptyFrom(words + 2))));
  } else {
    throw std::invalid_argument(
        "usage: hdr-tool hlog|hgrm|base64 LOWEST HIGHEST DIGITS, or rows|again|sum");
  }
}

}  // namespace
}  // namespace iotcpd

int main(int argc, char** argv) try {
  iotcpd::run(argc, argv);
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "hdr-tool: {}\n", error.what());
  return 1;
}
