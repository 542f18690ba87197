#include "loadgen/report/hlog_file.h"

#include <map>

#include <gtest/gtest.h>

#include "common/stats/hlog.h"
#include "tests/unit/loadgen/report/golden.h"
#include "tests/unit/loadgen/report/sample_results.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::loadgen {
namespace {

std::string hlogOf(const Sample& sample) {
  const TemporaryFile file("");
  HlogFile hlog(file.path());
  hlog.begin(sample.result.run.started);
  for (const RunInterval& interval : sample.intervals) hlog.onInterval(interval);
  EXPECT_EQ(hlog.close(), "");
  return contentOf(file.path());
}

TEST(HlogFile, WritesTwoRowsPerInterval) { expectGolden("few.hlog", hlogOf(makeSample("few"))); }

TEST(HlogFile, HoldsAllRepliesUnderTheirTags) {
  const Sample sample = makeSample("hostile");
  std::map<std::string, HdrHistogram> sums{{"latency", makeTimeHistogram()},
                                           {"service", makeTimeHistogram()}};
  readHlog(hlogOf(sample), [&](HlogRow&& row) { sums.at(row.tag).merge(row.histogram); });
  const auto counts = [](const HdrHistogram& histogram) {
    return std::vector<std::int64_t>(histogram.counts().begin(), histogram.counts().end());
  };
  EXPECT_EQ(counts(sums.at("latency")), counts(sample.result.okLatency()));
  EXPECT_EQ(counts(sums.at("service")), counts(sample.result.service));
}

}  // namespace
}  // namespace iotcpd::loadgen
