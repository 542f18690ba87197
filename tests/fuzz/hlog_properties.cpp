#include "tests/fuzz/hlog_properties.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "common/stats/hdr_codec.h"
#include "common/stats/hgrm.h"
#include "common/stats/hlog.h"
#include "common/stats/zlib_stream.h"
#include "common/text/base64.h"
#include "common/text/scanner.h"

namespace iotcpd::fuzz {
namespace {

std::string bigEndian(std::size_t value) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(value >> shift);
  return bytes;
}

bool isSame(const HdrHistogram& left, const HdrHistogram& right) {
  return left.lowest() == right.lowest() && left.highest() == right.highest() &&
         left.significantDigits() == right.significantDigits() && left.min() == right.min() &&
         left.max() == right.max() && std::ranges::equal(left.counts(), right.counts());
}

std::string decodedTrouble(const HdrHistogram& histogram) {
  const auto counts = histogram.counts();
  const auto sum = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  if (sum != histogram.count()) return "counts another total than its cells";
  // Of more values than a double can count, 100 % is not all of them.
  const bool isExact = sum < (std::int64_t{1} << 50);
  if (isExact && histogram.valueAtPercentile(100) != histogram.max())
    return "has a maximum beyond its cells";
  if (histogram.countAtOrBelow(histogram.max()) != sum) return "has values above its maximum";
  // Hundreds of cells have a row each; a megabyte would be an endless distribution.
  if (formatHgrm(histogram, 1e6).size() > (1U << 20)) return "has an endless distribution";
  if (!isSame(decodeHistogram(encodeHistogram(histogram)), histogram)) {
    return "reads back as another histogram";
  }
  return {};
}

std::string rowTrouble(const HlogRow& row) {
  const std::string trouble = decodedTrouble(row.histogram);
  if (!trouble.empty()) return trouble;
  std::vector<HlogRow> again;
  const std::string written = hlogHead({}) + hlogRow(row.tag, row.start, row.length, row.histogram);
  if (row.start < Nanoseconds::zero()) return {};
  readHlog(written, [&again](HlogRow&& read) { again.push_back(std::move(read)); });
  if (again.size() != 1) return "reads back as another number of rows: " + written;
  if (again[0].tag != row.tag) return "reads back with another tag: " + written;
  if (!isSame(again[0].histogram, row.histogram)) return "reads back as another row: " + written;
  return {};
}

std::string refusalTrouble(std::string_view what, std::string_view beginning) {
  if (!what.starts_with(beginning)) return "refused without saying where or what";
  if (what.find('\n') != std::string_view::npos) return "refused in more than one line";
  return {};
}

}  // namespace

std::string base64Trouble(std::string_view text) {
  try {
    return encodeBase64(decodeBase64(text)) == text ? "" : "is written as another text";
  } catch (const SyntaxError& error) {
    if (error.position() > text.size()) return "refused at a place beyond the text";
    return refusalTrouble(error.what(), "expected ");
  }
}

std::string histogramTrouble(std::string_view bytes) {
  constexpr std::string_view kCookie = "\x1c\x84\x93\x14";
  const std::string compressed = deflateBytes(bytes);
  const std::string text =
      encodeBase64(std::string(kCookie) + bigEndian(compressed.size()) + compressed);
  try {
    return decodedTrouble(decodeHistogram(text));
  } catch (const HistogramFormatError& error) {
    return refusalTrouble(error.what(), "not a histogram: ");
  }
}

std::string hlogTrouble(std::string_view text) {
  std::string trouble;
  try {
    readHlog(text, [&trouble](const HlogRow& row) {
      if (trouble.empty()) trouble = rowTrouble(row);
    });
  } catch (const HistogramFormatError& error) {
    if (trouble.empty()) trouble = refusalTrouble(error.what(), "line ");
  }
  return trouble;
}

}  // namespace iotcpd::fuzz
