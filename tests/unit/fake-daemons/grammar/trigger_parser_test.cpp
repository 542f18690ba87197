#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "fake-daemons/grammar/fault_printer.h"
#include "tests/unit/fake-daemons/support/expect_errors.h"
#include "tests/unit/fake-daemons/support/faults.h"

namespace iotcpd::fake {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// The trigger of a fault at after-read; its text is a fixed point of the printer.
Trigger triggerOf(const std::string& text) {
  const std::string fault = "after-read = " + text + " off";
  const FaultSpec spec = faultOf(fault);
  EXPECT_EQ(printFault(spec), fault);
  return spec.terms.front().trigger;
}

TEST(ParseTrigger, NoneIsAlways) {
  EXPECT_EQ(faultOf("idle = off").terms.front().trigger, Trigger(Chance{}));
}

TEST(ParseTrigger, AShareACountAndBothAreAChance) {
  EXPECT_EQ(triggerOf("2%"), Trigger(Chance{Share{20'000}, {}}));
  EXPECT_EQ(triggerOf("0.5%"), Trigger(Chance{Share{5'000}, {}}));
  EXPECT_EQ(triggerOf("100%"), Trigger(Chance{Share{1'000'000}, {}}));
  EXPECT_EQ(triggerOf("3*"), Trigger(Chance{{}, 3}));
  EXPECT_EQ(triggerOf("1000000000*"), Trigger(Chance{{}, 1'000'000'000}));
  EXPECT_EQ(triggerOf("2%3*"), Trigger(Chance{Share{20'000}, 3}));
}

TEST(ParseTrigger, EachOfTheOthersHasItsName) {
  EXPECT_EQ(triggerOf("every(100)"), Trigger(Every{100}));
  EXPECT_EQ(triggerOf("first(3)"), Trigger(First{3}));
  EXPECT_EQ(triggerOf("after(0)"), Trigger(After{0}));
  EXPECT_EQ(triggerOf("at(1.5s)"), Trigger(At{milliseconds(1500)}));
  EXPECT_EQ(triggerOf("at(0s)"), Trigger(At{seconds(0)}));
  EXPECT_EQ(triggerOf("between(1s, 24h)"), Trigger(Between{seconds(1), hours(24)}));
  EXPECT_EQ(triggerOf("match(/ads?[.]/)"), Trigger(Match{"ads?[.]"}));
}

TEST(ParseTrigger, ASlashInAPatternIsWrittenWithABackslash) {
  EXPECT_EQ(triggerOf(R"(match(/a\/b\.c/))"), Trigger(Match{R"(a/b\.c)"}));
  EXPECT_EQ(triggerOf(R"(match(/\\\/\\/))"), Trigger(Match{R"(\\/\\)"}));
}

TEST(ParseTrigger, ABracketOrCommaInAPatternEndsNothing) {
  EXPECT_EQ(triggerOf("match(/(a,b)|c[)]/)"), Trigger(Match{"(a,b)|c[)]"}));
}

TEST(ParseTrigger, MatchIsAcceptedWhereThereIsARequestAndNowhereElse) {
  expectAccepted({"after-read = match(/x/) off", "mid-reply(1) = match(/x/) off",
                  "before-reply = match(/x/) off", "after-reply = match(/x/) off"});
  constexpr std::string_view kOther =
      "a trigger other than match, which needs a request: there is one at after-read, mid-reply, "
      "before-reply or after-reply";
  expectErrors({{"startup = match(/x/) off", 11, kOther},
                {"idle = match(/x/) off", 8, kOther},
                {"before-read = match(/x/) off", 15, kOther},
                {"on-term = match(/x/) off", 11, kOther},
                {"on-eof = off -> match(/x/) off", 17, kOther}});
}

TEST(ParseTrigger, ErrorsSayWhatIsExpectedAndWhere) {
  constexpr std::string_view kTime = "a time with its unit such as 5ms, at most 24h";
  expectErrors({
      {"idle = 0% off", 8, "a share above 0% and at most 100%, such as 2.5%"},
      {"idle = 100.0001% off", 8, "a share above 0%"},
      {"idle = 0.00001% off", 8, "a share above 0%"},
      {"idle = 0* off", 8, "a whole number from 1 to 1000000000"},
      {"idle = 1000000001* off", 8, "a whole number from 1 to 1000000000"},
      {"idle = 3 off", 8, "a share such as 2%, a count such as 3*, or an action"},
      {"idle = 3.5* off", 8, "a share such as 2%, a count such as 3*, or an action"},
      {"idle = 2%3 off", 10, "a count such as 3*, or an action"},
      {"idle = 2% 0* off", 11, "a whole number from 1 to 1000000000"},
      {"idle = 3*2% off", 10, "an action: "},
      {"idle = every off", 14, "'('"},
      {"idle = every() off", 14, "a whole number from 1 to 1000000000"},
      {"idle = every(0) off", 14, "a whole number from 1 to 1000000000"},
      {"idle = every(1000000001) off", 14, "a whole number from 1 to 1000000000"},
      {"idle = every(2 off", 16, "')'"},
      {"idle = first(0) off", 14, "a whole number from 1 to 1000000000"},
      {"idle = after(x) off", 14, "a whole number from 0 to 1000000000"},
      {"idle = after(1000000001) off", 14, "a whole number from 0 to 1000000000"},
      {"idle = at(5) off", 11, kTime},
      {"idle = at(25h) off", 11, kTime},
      {"idle = at(5s off", 14, "')'"},
      {"idle = between(5s) off", 18, "','"},
      {"idle = between(5s, 5s) off", 20, "a later time than the first"},
      {"idle = between(5s, 4s) off", 20, "a later time than the first"},
      {"idle = between(5s, x) off", 20, kTime},
      {"idle = every(1) first(1) off", 17, "an action: "},
      {"after-read = match off", 20, "'('"},
      {"after-read = match(x) off", 20, "a regular expression between two '/'"},
      {"after-read = match(/x) off", 20, "a closing '/' to this one"},
      {"after-read = match(//) off", 20, "a POSIX extended regular expression, and it is empty"},
      {"after-read = match(/(/) off", 20, "a POSIX extended regular expression, and Unmatched ("},
      {"after-read = match(/a\tb/) off", 20,
       "a POSIX extended regular expression, and it has control bytes"},
      {"after-read = match(/x/ off", 24, "')'"},
  });
}

TEST(ParseTrigger, EachLimitIsStillAccepted) {
  expectAccepted({"idle = 0.0001% off", "idle = 100% off", "idle = 1* off",
                  "idle = 1000000000* off", "idle = every(1) off", "idle = every(1000000000) off",
                  "idle = first(1) off", "idle = first(1000000000) off", "idle = after(0) off",
                  "idle = after(1000000000) off", "idle = at(0) off", "idle = at(24h) off",
                  "idle = between(0, 1ns) off"});
}

TEST(ParseTrigger, APatternHasAThousandBytesAtTheMost) {
  const auto error = [](std::size_t bytes) {
    return faultError("after-read = match(/" + std::string(bytes, 'a') + "/) off");
  };
  EXPECT_EQ(error(1000), "");
  EXPECT_TRUE(error(1001).starts_with(
      "expected a POSIX extended regular expression, and it is longer than 1000 bytes at column "
      "20: "))
      << error(1001);
}

TEST(ParseTrigger, BracketsWithoutEndAreRefused) {
  const std::string brackets(200'000, '(');
  EXPECT_NE(faultError("after-read = match(/" + brackets + "/) off"), "");
}

}  // namespace
}  // namespace iotcpd::fake
