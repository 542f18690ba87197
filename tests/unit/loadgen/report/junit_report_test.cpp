#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loadgen/report/reports.h"
#include "tests/unit/loadgen/report/golden.h"
#include "tests/unit/loadgen/report/sample_results.h"

namespace iotcpd::loadgen {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(JunitReport, HasATestCaseForEachAssertion) {
  expectGolden("steady.junit.xml", junitReport(makeSample("steady").result));
}

TEST(JunitReport, CountsFailuresAndErrors) {
  const std::string valid = junitReport(makeSample("steady").result);
  EXPECT_THAT(valid, HasSubstr("<testsuites tests=\"4\" failures=\"1\" errors=\"0\""));
  EXPECT_THAT(valid, Not(HasSubstr("<error ")));
  const std::string invalid = junitReport(makeSample("hostile").result);
  EXPECT_THAT(invalid, HasSubstr("<testsuites tests=\"7\" failures=\"5\" errors=\"1\""));
  EXPECT_THAT(invalid, HasSubstr("<error message=\""));
}

TEST(JunitReport, AnyBytesMakeAllowedXml) {
  const std::string xml = junitReport(makeSample("hostile").result);
  expectGolden("hostile.junit.xml", xml);
  EXPECT_EQ(xml.find_first_of(std::string("\0\x01\x1b\r", 4)), std::string::npos);
}

}  // namespace
}  // namespace iotcpd::loadgen
