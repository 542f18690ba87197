#include "loadgen/report/histogram_json.h"

#include <vector>

#include <gtest/gtest.h>

#include "common/stats/hdr_codec.h"
#include "loadgen/result/result.h"

namespace iotcpd::loadgen {
namespace {

HdrHistogram restored(const HdrHistogram& histogram) {
  return restoreHistogram(encodeHistogram(histogram), histogram.min(), histogram.max(),
                          makeTimeHistogram());
}

void expectSame(const HdrHistogram& a, const HdrHistogram& b) {
  EXPECT_EQ(a.count(), b.count());
  EXPECT_EQ(a.min(), b.min());
  EXPECT_EQ(a.max(), b.max());
  EXPECT_TRUE(
      std::equal(a.counts().begin(), a.counts().end(), b.counts().begin(), b.counts().end()));
}

TEST(HistogramJson, RestoresCountsAndBothEndsExactly) {
  for (const std::vector<std::int64_t>& values :
       std::vector<std::vector<std::int64_t>>{{},
                                              {123'456'789},
                                              {123'456'789, 123'456'790},
                                              {1'000, 3'600'000'000'000},
                                              {1'001, 1'001, 5'000'001, 77'777'777, 77'777'778}}) {
    HdrHistogram histogram = makeTimeHistogram();
    for (const std::int64_t value : values) histogram.record(value);
    expectSame(restored(histogram), histogram);
  }
}

TEST(HistogramJson, EndsThatLieInOtherCellsAreRefused) {
  HdrHistogram histogram = makeTimeHistogram();
  histogram.record(5'000'001);
  histogram.record(77'777'777);
  const std::string encoded = encodeHistogram(histogram);
  const auto restore = [&](std::int64_t least, std::int64_t greatest) {
    return restoreHistogram(encoded, least, greatest, makeTimeHistogram());
  };
  EXPECT_NO_THROW(static_cast<void>(restore(5'000'001, 77'777'777)));
  EXPECT_THROW(static_cast<void>(restore(4'000'001, 77'777'777)), HistogramFormatError);
  EXPECT_THROW(static_cast<void>(restore(5'000'001, 87'777'777)), HistogramFormatError);
  EXPECT_THROW(static_cast<void>(restore(77'777'777, 5'000'001)), HistogramFormatError);
}

TEST(HistogramJson, ALoneValueIsBothEnds) {
  HdrHistogram histogram = makeTimeHistogram();
  histogram.record(5'000'001);
  EXPECT_THROW(static_cast<void>(restoreHistogram(encodeHistogram(histogram), 5'000'000, 5'000'001,
                                                  makeTimeHistogram())),
               HistogramFormatError);
}

TEST(HistogramJson, AnotherShapeIsRefused) {
  HdrHistogram coarse = makeCoarseHistogram();
  coarse.record(5'000'000);
  EXPECT_THROW(static_cast<void>(restoreHistogram(encodeHistogram(coarse), 5'000'000, 5'000'000,
                                                  makeTimeHistogram())),
               HistogramFormatError);
}

}  // namespace
}  // namespace iotcpd::loadgen
