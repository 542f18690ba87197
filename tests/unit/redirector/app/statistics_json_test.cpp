#include "redirector/app/statistics_json.h"

#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

namespace iotcpd::redirector {
namespace {

using Poco::JSON::Object;

TEST(StatisticsJson, EveryFigureHasItsPlace) {
  StatisticsSnapshot snapshot;
  snapshot.total = 7;
  snapshot.buckets = {1, 2, 3, 4, 5, 6};
  snapshot.daemons[static_cast<std::size_t>(DaemonState::kStopping)] = 2;
  snapshot.condemned[static_cast<std::size_t>(CondemnCause::kProbe)] = 9;
  snapshot.causes[static_cast<std::size_t>(Cause::kDrainTimeout)] = 4;
  snapshot.version = "1.2.3";
  snapshot.queueMs.p999 = 1.5;
  const auto root = Poco::JSON::Parser().parse(statisticsJson(snapshot)).extract<Object::Ptr>();
  EXPECT_EQ(root->getValue<std::string>("version"), "1.2.3");
  EXPECT_EQ(root->getObject("queries")->getValue<int>("total"), 7);
  EXPECT_EQ(root->getObject("queries")->getObject("buckets_ms")->getValue<int>("1000-"), 6);
  EXPECT_EQ(root->getObject("queries")->getObject("causes")->getValue<int>("drain-timeout"), 4);
  EXPECT_EQ(root->getObject("daemons")->getValue<int>("S_STOPPING"), 2);
  EXPECT_EQ(root->getObject("daemons")->getObject("condemned")->getValue<int>("probe"), 9);
  EXPECT_DOUBLE_EQ(root->getObject("queue_ms")->getValue<double>("p999"), 1.5);
}

TEST(ReplaceFile, APathThatCannotBeWrittenIsReported) {
  EXPECT_FALSE(replaceFile("/nonexistent/directory/file", "text"));
}

}  // namespace
}  // namespace iotcpd::redirector
