#include "loadgen/report/page_data.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

#include "tests/unit/loadgen/report/golden.h"
#include "tests/unit/loadgen/report/sample_results.h"

namespace iotcpd::loadgen {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

std::string dataOf(const Sample& sample) {
  const NamedResult named{"a.json", &sample.result};
  return pageData({&named, 1});
}

Object::Ptr runOf(const char* name) {
  const Object::Ptr top =
      Poco::JSON::Parser().parse(dataOf(makeSample(name))).extract<Object::Ptr>();
  return top->getArray("runs")->getObject(0);
}

TEST(PageData, IsAllThatThePageShows) { expectGolden("few.page.json", dataOf(makeSample("few"))); }

TEST(PageData, CurveRisesFromTheFirstPercentileToTheLastSample) {
  const Array::Ptr curve = runOf("steady")->getArray("curve");
  ASSERT_GT(curve->size(), 100U);
  double last = 0;
  for (unsigned i = 0; i < curve->size(); ++i) {
    const double latency = curve->getArray(i)->getElement<double>(1);
    EXPECT_GE(latency, last);
    last = latency;
  }
  EXPECT_EQ(curve->getArray(0)->getElement<double>(0), 1);
}

TEST(PageData, BinsHoldEveryReply) {
  const Object::Ptr run = runOf("steady");
  const Array::Ptr bins = run->getArray("bins");
  std::int64_t latency = 0;
  std::int64_t service = 0;
  for (unsigned i = 0; i < bins->size(); ++i) {
    latency += bins->getArray(i)->getElement<std::int64_t>(2);
    service += bins->getArray(i)->getElement<std::int64_t>(3);
  }
  EXPECT_EQ(latency, run->getObject("outcomes")->getValue<std::int64_t>("ok"));
  EXPECT_EQ(service, latency);
}

TEST(PageData, ARunWithoutRepliesHasNoCurves) {
  const Object::Ptr run = runOf("refused");
  EXPECT_EQ(run->getArray("curve")->size(), 0U);
  EXPECT_EQ(run->getArray("bins")->size(), 0U);
  EXPECT_TRUE(run->getArray("max")->isNull(0));
}

}  // namespace
}  // namespace iotcpd::loadgen
