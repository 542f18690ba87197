#include <gtest/gtest.h>

#include "loadgen/report/reports.h"
#include "tests/unit/loadgen/report/golden.h"
#include "tests/unit/loadgen/report/sample_results.h"

namespace iotcpd::loadgen {
namespace {

TEST(HgrmReport, IsTheLatencyInMilliseconds) {
  expectGolden("few.hgrm", hgrmReport(makeSample("few").result));
}

}  // namespace
}  // namespace iotcpd::loadgen
