// Daemons that are given several requests at a time, more than their pipe takes at once.
#include <algorithm>
#include <string>

#include "tests/unit/redirector/edge/concurrent_fixture.h"

namespace iotcpd::redirector {
namespace {

/// Its pipe has room for the first request and a part of the second.
class BehindAFullPipeTest : public ConcurrentTest {
 protected:
  void SetUp() override {
    start();
    asks({first_, second_, "c\n"});
  }
  /// What the daemon has said was of no use to anybody, and cost it its place.
  void expectCondemned() {
    EXPECT_EQ(counters.condemnedFor(CondemnCause::kUnknownId), 1U);
    const Said said = heard();
    EXPECT_TRUE(std::ranges::none_of(
        said, [](const std::string& what) { return what.find("reply") != std::string::npos; }));
    EXPECT_EQ(said.back(), "unread to c");
  }

 private:
  std::string first_ = std::string(50'000, 'a') + "\n";
  std::string second_ = std::string(50'000, 'b') + "\n";
};

TEST_F(BehindAFullPipeTest, ARequestOfWhichNothingIsWrittenIsNotAnswered) {
  says(101, "2 guess\n");
  expectCondemned();
}

TEST_F(BehindAFullPipeTest, ARequestOfWhichAPartIsWrittenIsNotAnsweredEither) {
  says(101, "1 guess\n");
  expectCondemned();
}

TEST_F(BehindAFullPipeTest, ALineBegunBeforeARequestIsWrittenIsNoReplyToIt) {
  says(101, "2 gu");
  launcher.reads(101);
  passes();
  says(101, "ess\n");
  EXPECT_EQ(counters.condemnedFor(CondemnCause::kUnknownId), 1U);
  EXPECT_EQ(heard().back(), "lost daemon-death to c");
}

TEST_F(BehindAFullPipeTest, OnceWrittenEachIsAnswered) {
  says(101, "0 A\n");
  launcher.reads(101);
  passes();
  says(101, "2 C\n1 B\n");
  const Said said = heard();
  ASSERT_EQ(said.size(), 3U);
  EXPECT_EQ(said[1], "reply C to c");
  EXPECT_EQ(said[2].substr(0, 11), "reply B to ");
}

}  // namespace
}  // namespace iotcpd::redirector
