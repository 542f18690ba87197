#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

#include "loadgen/report/reports.h"
#include "tests/unit/loadgen/report/golden.h"
#include "tests/unit/loadgen/report/sample_results.h"

namespace iotcpd::loadgen {
namespace {

using Poco::JSON::Object;

Object::Ptr jsonOf(const Result& result) {
  return Poco::JSON::Parser().parse(jsonReport(result)).extract<Object::Ptr>();
}

TEST(JsonReport, HasStableNames) { expectGolden("few.json", jsonReport(makeSample("few").result)); }

TEST(JsonReport, APercentileOfTooFewSamplesIsNullAndSaysWhy) {
  const Object::Ptr latency = jsonOf(makeSample("few").result)->getObject("latency_ms");
  EXPECT_FALSE(latency->isNull("p95"));
  EXPECT_TRUE(latency->isNull("p99"));
  EXPECT_EQ(latency->getObject("insufficient")->getValue<std::string>("p99"),
            "insufficient samples (150 of 368)");
  EXPECT_FALSE(latency->getObject("insufficient")->has("p95"));
}

TEST(JsonReport, WithoutRepliesThereAreNoFigures) {
  const Object::Ptr latency = jsonOf(makeSample("refused").result)->getObject("latency_ms");
  for (const char* name : {"min", "mean", "p50", "max", "mean_half_width"}) {
    EXPECT_TRUE(latency->has(name) && latency->isNull(name)) << name;
  }
}

TEST(JsonReport, TheVerdictPutsDistrustFirst) {
  const auto verdictOf = [](const Result& result) {
    return jsonOf(result)->getValue<std::string>("verdict");
  };
  EXPECT_EQ(verdictOf(makeSample("few").result), "passed");
  EXPECT_EQ(verdictOf(makeSample("steady").result), "failed");
  EXPECT_EQ(verdictOf(makeSample("hostile").result), "invalid");
}

}  // namespace
}  // namespace iotcpd::loadgen
