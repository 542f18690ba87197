#include "loadgen/plan/misbehaviour.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "tests/unit/loadgen/plan/refusals.h"

namespace iotcpd::loadgen {
namespace {

constexpr int kDraws = 200'000;

std::map<Behaviour, int> drawsOf(std::string_view text) {
  const Misbehaviour mix = Misbehaviour::parse(text);
  RandomStream stream(5, "misbehave");
  std::map<Behaviour, int> counts;
  for (int i = 0; i < kDraws; ++i) ++counts[mix.draw(stream)];
  return counts;
}

void expectShare(int count, double share) {
  // Six standard deviations: a wrong share is further off, a right one never.
  EXPECT_NEAR(count, kDraws * share, 6 * std::sqrt(kDraws * share * (1 - share)));
}

TEST(Misbehaviour, PrintsAsItWasWritten) {
  for (const std::string_view text :
       {"slow-loris:1%, half-close:5%, abort-after-send:2%, oversize:0.1%, no-newline:1%, rst:1%",
        "rst:100%", ""}) {
    EXPECT_EQ(Misbehaviour::parse(text).text(), text);
  }
  EXPECT_EQ(Misbehaviour::parse(" rst :1.50%,oversize: 2% ").text(), "rst:1.5%, oversize:2%");
}

TEST(Misbehaviour, EachKindGetsItsShareAndTheRestIsOrdinary) {
  std::map<Behaviour, int> counts = drawsOf(
      "slow-loris:1%, half-close:5%, abort-after-send:2%, oversize:0.1%, no-newline:10%, rst:20%");
  expectShare(counts[Behaviour::kSlowLoris], 0.01);
  expectShare(counts[Behaviour::kHalfClose], 0.05);
  expectShare(counts[Behaviour::kAbortAfterSend], 0.02);
  expectShare(counts[Behaviour::kOversize], 0.001);
  expectShare(counts[Behaviour::kNoNewline], 0.1);
  expectShare(counts[Behaviour::kRst], 0.2);
  expectShare(counts[Behaviour::kOrdinary], 1 - 0.381);
}

TEST(Misbehaviour, AtAHundredPercentNobodyIsOrdinary) {
  EXPECT_EQ(drawsOf("rst:60%, oversize:40%").count(Behaviour::kOrdinary), 0U);
  EXPECT_EQ(drawsOf("half-close:100%")[Behaviour::kHalfClose], kDraws);
}

TEST(Misbehaviour, ADrawTakesOneNumberAndNoneWhenThereIsNothingToDraw) {
  RandomStream stream(1, "misbehave");
  RandomStream counted(1, "misbehave");
  EXPECT_EQ(Misbehaviour().draw(stream), Behaviour::kOrdinary);
  static_cast<void>(Misbehaviour::parse("rst:1%, oversize:1%").draw(stream));
  static_cast<void>(counted.next());
  EXPECT_EQ(stream.next(), counted.next());
}

TEST(Misbehaviour, IsEmptyOnlyWhenNobodyMisbehaves) {
  EXPECT_TRUE(Misbehaviour().isEmpty());
  EXPECT_TRUE(Misbehaviour::parse(" ").isEmpty());
  EXPECT_FALSE(Misbehaviour::parse("rst:1%").isEmpty());
}

TEST(Misbehaviour, IsRefusedAtThePlaceThatIsWrong) {
  expectRefusals(
      {
          {"loris:1%", 1,
           "slow-loris, half-close, abort-after-send, oversize, no-newline or rst at"},
          {"ordinary:1%", 1, "slow-loris, half-close"},
          {"rst", 4, "':'"},
          {"rst:1", 5, "a share above 0% and at most 100%"},
          {"rst:0%", 5, "a share above 0% and at most 100%"},
          {"rst:101%", 5, "a share above 0% and at most 100%"},
          {"rst:1%, rst:2%", 9, "each kind of misbehaviour at most once"},
          {"rst:60%, oversize:40.0001%", 19, "shares of at most 100% together"},
          {"rst:1%,", 8, "slow-loris, half-close"},
          {"rst:1% oversize:1%", 8, "nothing more"},
      },
      Misbehaviour::parse);
}

}  // namespace
}  // namespace iotcpd::loadgen
