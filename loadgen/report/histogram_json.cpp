#include "loadgen/report/histogram_json.h"

#include <cstddef>
#include <span>
#include <utility>

#include "common/stats/hdr_codec.h"

namespace iotcpd::loadgen {

void writeHistogram(JsonWriter& json, const HdrHistogram& histogram) {
  json.beginObject(JsonWriter::Layout::kOneLine);
  json.key("count").integer(histogram.count());
  json.key("min_ns").integer(histogram.min());
  json.key("max_ns").integer(histogram.max());
  json.key("hdr_v2").text(encodeHistogram(histogram));
  json.end();
}

HdrHistogram restoreHistogram(std::string_view encoded, std::int64_t least, std::int64_t greatest,
                              HdrHistogram shape) {
  const HdrHistogram rounded = decodeHistogram(encoded);
  if (rounded.lowest() != shape.lowest() || rounded.highest() != shape.highest() ||
      rounded.significantDigits() != shape.significantDigits()) {
    throw HistogramFormatError("has another range or precision than results have");
  }
  HdrHistogram restored = std::move(shape);
  restored.reset();
  if (rounded.count() == 0) return restored;

  const std::span<const std::int64_t> counts = rounded.counts();
  std::size_t first = 0;
  std::size_t last = counts.size() - 1;
  while (counts[first] == 0) ++first;
  while (counts[last] == 0) --last;
  if (least < rounded.cellLowest(first) || least > rounded.cellHighest(first) ||
      greatest < rounded.cellLowest(last) || greatest > rounded.cellHighest(last) ||
      least > greatest || (rounded.count() == 1 && least != greatest)) {
    throw HistogramFormatError("has counts that do not belong to its min_ns and max_ns");
  }
  // Within a cell any value will do, but for the two ends.
  restored.record(least);
  restored.record(greatest, first == last ? counts[last] - 1 : counts[last]);
  if (first != last) restored.record(least, counts[first] - 1);
  for (std::size_t i = first + 1; i < last; ++i) {
    restored.record(rounded.cellHighest(i), counts[i]);
  }
  return restored;
}

}  // namespace iotcpd::loadgen
