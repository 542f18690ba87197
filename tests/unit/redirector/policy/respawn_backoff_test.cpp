#include "redirector/policy/respawn_backoff.h"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "common/random/random_stream.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Nanoseconds kAtOnce{0};
constexpr Nanoseconds kShortLife = milliseconds(5);
constexpr double kNoJitter = 0;
constexpr double kMostJitter = 0.999'999;

RespawnBackoff::Decision diesYoung(RespawnBackoff& backoff, double jitter = kNoJitter) {
  return backoff.died(false, kShortLife, jitter);
}

TEST(RespawnBackoff, TheFirstDeathWithoutHavingServedIsRespawnedAtOnce) {
  RespawnBackoff backoff(seconds(2));
  const auto decision = diesYoung(backoff);
  EXPECT_EQ(decision.delay, kAtOnce);
  EXPECT_FALSE(decision.newStage);
}

TEST(RespawnBackoff, FromTheSecondDeathOnTheDelayDoublesUpToTheLongest) {
  RespawnBackoff backoff(seconds(2));
  (void)diesYoung(backoff);
  for (const int expected : {2, 4, 8, 16, 32, 60}) {
    const auto decision = diesYoung(backoff);
    EXPECT_EQ(decision.delay, seconds(expected));
    EXPECT_TRUE(decision.newStage) << expected << " s";
  }
  for (int further = 0; further < 100; ++further) {
    const auto decision = diesYoung(backoff);
    EXPECT_EQ(decision.delay, RespawnBackoff::kLongest);
    EXPECT_FALSE(decision.newStage) << "the longest delay is said once";
  }
}

TEST(RespawnBackoff, ADaemonThatServedIsRespawnedAtOnceHoweverOftenItDies) {
  RespawnBackoff backoff(seconds(2));
  for (int death = 0; death < 10; ++death) {
    EXPECT_EQ(backoff.died(true, kShortLife, kMostJitter).delay, kAtOnce);
  }
}

TEST(RespawnBackoff, ADeathAfterServingStartsTheCountAfresh) {
  RespawnBackoff backoff(seconds(2));
  for (int death = 0; death < 4; ++death) {
    (void)diesYoung(backoff);
  }
  EXPECT_EQ(backoff.died(true, kShortLife, kNoJitter).delay, kAtOnce);
  EXPECT_EQ(diesYoung(backoff).delay, kAtOnce);
  const auto decision = diesYoung(backoff);
  EXPECT_EQ(decision.delay, seconds(2));
  EXPECT_TRUE(decision.newStage) << "a new crash loop is logged anew";
}

TEST(RespawnBackoff, ALifeLongerThanTheLongestDelayStartsTheCountAfresh) {
  RespawnBackoff backoff(seconds(2));
  (void)diesYoung(backoff);
  (void)diesYoung(backoff);
  const Nanoseconds longLife = RespawnBackoff::kLongest + Nanoseconds(1);
  EXPECT_EQ(backoff.died(false, longLife, kNoJitter).delay, kAtOnce);
  EXPECT_EQ(diesYoung(backoff).delay, kAtOnce);
}

TEST(RespawnBackoff, ALifeAsLongAsTheLongestDelayDoesNot) {
  RespawnBackoff backoff(seconds(2));
  (void)diesYoung(backoff);
  (void)diesYoung(backoff);
  EXPECT_EQ(backoff.died(false, RespawnBackoff::kLongest, kNoJitter).delay, seconds(4));
}

TEST(RespawnBackoff, AProgramThatCannotBeStartedIsDelayedFromTheFirstTimeOn) {
  RespawnBackoff backoff(seconds(2));
  const auto first = backoff.couldNotStart(kNoJitter);
  EXPECT_EQ(first.delay, seconds(2));
  EXPECT_TRUE(first.newStage);
  EXPECT_EQ(backoff.couldNotStart(kNoJitter).delay, seconds(4));
  EXPECT_EQ(diesYoung(backoff).delay, seconds(8)) << "no free death in between";
}

TEST(RespawnBackoff, JitterAddsAtMostAQuarterAndNeverExceedsTheLongest) {
  constexpr std::uint64_t kSeed = 7;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  RandomStream random(kSeed, "respawn-backoff-test");
  for (int run = 0; run < 200; ++run) {
    RespawnBackoff backoff(seconds(2));
    (void)diesYoung(backoff);
    for (const int base : {2, 4, 8, 16, 32, 60, 60}) {
      const double jitter = run == 0 ? kMostJitter : random.uniform();
      const Nanoseconds delay = diesYoung(backoff, jitter).delay;
      EXPECT_GE(delay, seconds(base)) << "jitter " << jitter;
      EXPECT_LE(delay, Nanoseconds(seconds(base)) * 5 / 4) << "jitter " << jitter;
      EXPECT_LE(delay, RespawnBackoff::kLongest) << "jitter " << jitter;
    }
  }
}

TEST(RespawnBackoff, JitterIsAShareOfAQuarterOfTheDelay) {
  RespawnBackoff backoff(seconds(2));
  (void)diesYoung(backoff);
  EXPECT_EQ(diesYoung(backoff, 0.5).delay, milliseconds(2250));
  EXPECT_EQ(diesYoung(backoff, 0.5).delay, milliseconds(4500));
}

TEST(RespawnBackoff, AFirstDelayBeyondTheLongestCountsAsTheLongest) {
  RespawnBackoff backoff(seconds(3600));
  const auto decision = backoff.couldNotStart(kMostJitter);
  EXPECT_EQ(decision.delay, RespawnBackoff::kLongest);
  EXPECT_TRUE(decision.newStage);
  EXPECT_FALSE(backoff.couldNotStart(kNoJitter).newStage);
}

TEST(RespawnBackoff, AFirstDelayOfNothingStillGrowsToTheLongest) {
  RespawnBackoff backoff(kAtOnce);
  EXPECT_EQ(backoff.couldNotStart(kNoJitter).delay, RespawnBackoff::kShortest);
  Nanoseconds delay{};
  for (int failure = 0; failure < 20; ++failure) {
    delay = backoff.couldNotStart(kNoJitter).delay;
  }
  EXPECT_EQ(delay, RespawnBackoff::kLongest);
}

TEST(RespawnBackoff, ANewFirstDelayHoldsFromTheNextDeathOn) {
  RespawnBackoff backoff(seconds(2));
  EXPECT_EQ(backoff.couldNotStart(kNoJitter).delay, seconds(2));
  backoff.setFirst(milliseconds(100));
  EXPECT_EQ(backoff.couldNotStart(kNoJitter).delay, milliseconds(200));
}

TEST(RespawnBackoff, ANewFirstDelayBeyondTheLongestIsCappedAtEveryStage) {
  RespawnBackoff backoff(RespawnBackoff::kShortest);
  for (int failure = 0; failure < 20; ++failure) {
    (void)backoff.couldNotStart(kNoJitter);
  }
  backoff.setFirst(Nanoseconds::max());
  EXPECT_EQ(backoff.couldNotStart(kMostJitter).delay, RespawnBackoff::kLongest);
}

}  // namespace
}  // namespace iotcpd::redirector
