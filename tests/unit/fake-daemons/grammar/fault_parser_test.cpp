#include "fake-daemons/grammar/fault_parser.h"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fake-daemons/grammar/fault_printer.h"
#include "tests/unit/fake-daemons/support/expect_errors.h"
#include "tests/unit/fake-daemons/support/faults.h"

namespace iotcpd::fake {
namespace {

/// As it is printed, which has been read from `text`.
std::string normalized(std::string_view text) { return printFault(faultOf(text)); }

TEST(ParseFault, EveryPointHasItsName) {
  const std::vector<std::pair<std::string_view, Point>> points{
      {"startup", Point::kStartup},          {"idle", Point::kIdle},
      {"before-read", Point::kBeforeRead},   {"after-read", Point::kAfterRead},
      {"before-reply", Point::kBeforeReply}, {"after-reply", Point::kAfterReply},
      {"on-term", Point::kOnTerm},           {"on-eof", Point::kOnEof},
  };
  for (const auto& [name, point] : points) {
    const std::string text = fmt::format("{} = off", name);
    EXPECT_EQ(faultOf(text).point, point) << text;
    EXPECT_EQ(normalized(text), text);
  }
  EXPECT_EQ(faultOf("mid-reply(7) = off").point, Point::kMidReply);
  EXPECT_EQ(faultOf("mid-reply(7) = off").offset, 7U);
  EXPECT_EQ(faultOf("idle = off").offset, 0U);
}

TEST(ParseFault, TheExamplesOfTheManualAreRead) {
  EXPECT_EQ(normalized("after-read=2%3*kill(SEGV)"), "after-read = 2%3* kill(SEGV)");
  EXPECT_EQ(normalized("before-reply=every(100) dribble(8,5ms) -> off"),
            "before-reply = every(100) dribble(8B, 5ms) -> off");
  EXPECT_EQ(normalized("startup=first(3) exit(1)"), "startup = first(3) exit(1)");
  EXPECT_EQ(normalized("on-term=ignore(TERM)"), "on-term = ignore(TERM)");
  EXPECT_EQ(normalized("after-read=after(1) exit(7)"), "after-read = after(1) exit(7)");
  EXPECT_EQ(normalized("before-reply=30% drop"), "before-reply = 30% drop");
  EXPECT_EQ(normalized("after-read = 2% kill(SEGV)"), "after-read = 2% kill(SEGV)");
  EXPECT_EQ(normalized("before-reply = hold(gate)"), "before-reply = hold(gate)");
  EXPECT_EQ(normalized("after-read=exit(7)"), "after-read = exit(7)");
}

TEST(ParseFault, BlanksAreOptionalEverywhereBetweenTheParts) {
  EXPECT_EQ(normalized("before-reply(worker 1,incarnation 2)=2%3*sleep(5ms)->exit(1)"),
            normalized("\tbefore-reply ( worker  1 , incarnation 2 ) = 2% 3* sleep ( 5ms ) "
                       "-> exit( 1 ) "));
  EXPECT_EQ(normalized(" mid-reply ( 3 )=after ( 1 )off"), "mid-reply(3) = after(1) off");
}

TEST(ParseFault, AScopeNamesAWorkerAnIncarnationOrBothInAnyOrder) {
  const auto scope = [](std::string_view text) { return faultOf(text).scope; };
  EXPECT_EQ(scope("idle = off"), Scope{});
  EXPECT_EQ(scope("idle(worker 0) = off"), (Scope{0, {}}));
  EXPECT_EQ(scope("idle(incarnation 1) = off"), (Scope{{}, 1}));
  EXPECT_EQ(scope("idle(worker 3, incarnation 2) = off"), (Scope{3, 2}));
  EXPECT_EQ(normalized("idle(incarnation 2, worker 3) = off"),
            "idle(worker 3, incarnation 2) = off");
  EXPECT_EQ(normalized("mid-reply(8)(worker 3) = off"), "mid-reply(8)(worker 3) = off");
}

TEST(ParseFault, AChainHasATermBetweenEachTwoArrows) {
  const FaultSpec fault = faultOf("idle = 3* sleep(1ms) -> first(2) exit(1) -> off");
  ASSERT_EQ(fault.terms.size(), 3U);
  EXPECT_EQ(fault.terms[1].trigger, Trigger(First{2}));
  EXPECT_EQ(fault.terms[2].trigger, Trigger(Chance{}));
}

TEST(ParseFault, ErrorsInTheHeadSayWhatIsExpectedAndWhere) {
  constexpr std::string_view kPoint =
      "a point: startup, idle, before-read, after-read, mid-reply, before-reply, after-reply, "
      "on-term or on-eof";
  expectErrors({
      {"", 1, kPoint},
      {"  ", 3, kPoint},
      {"= off", 1, kPoint},
      {"Startup = off", 1, kPoint},
      {"start = off", 1, kPoint},
      {"startups = off", 1, kPoint},
      {"idle off", 6, "'='"},
      {"idle", 5, "'='"},
      {"mid-reply = off", 11, "'('"},
      {"mid-reply(0) = off", 11, "a whole number from 1 to 67108864"},
      {"mid-reply(67108865) = off", 11, "a whole number from 1 to 67108864"},
      {"mid-reply(1 = off", 13, "')'"},
      {"idle() = off", 6, "'worker N' or 'incarnation N', each once"},
      {"idle(4) = off", 6, "'worker N' or 'incarnation N', each once"},
      {"idle(worker 1, worker 2) = off", 16, "'worker N' or 'incarnation N', each once"},
      {"idle(incarnation 1, incarnation 1) = off", 21, "'worker N' or 'incarnation N'"},
      {"idle(worker 1 = off", 15, "')'"},
      {"idle(worker) = off", 12, "a whole number from 0 to 1000000000"},
      {"idle(worker 1000000001) = off", 13, "a whole number from 0 to 1000000000"},
      {"idle(incarnation 0) = off", 18, "a whole number from 1 to 1000000000"},
      {"idle(worker 1)(worker 2) = off", 15, "'='"},
  });
}

TEST(ParseFault, EachLimitOfTheHeadIsStillAccepted) {
  expectAccepted({"mid-reply(1) = off", "mid-reply(67108864) = off", "idle(worker 0) = off",
                  "idle(worker 1000000000) = off", "idle(incarnation 1) = off",
                  "idle(incarnation 1000000000) = off"});
}

TEST(ParseFault, NothingMayFollowAFaultButAnArrowAndATerm) {
  expectErrors({
      {"idle = off off", 12, "nothing more"},
      {"idle = off, exit(1)", 11, "nothing more"},
      {"idle = off - > off", 12, "nothing more"},
      {"idle = off ->", 14, "an action: off, sleep(DIST), spin(DIST), hang, hold(NAME), "},
      {"idle = off -> -> off", 15, "an action: "},
      {"idle = off\n", 11, "nothing more"},
  });
}

TEST(ParseDirective, StopsAfterItsFirstTerm) {
  Scanner scanner("after-read=exit(7) -> off");
  const FaultSpec fault = parseDirective(scanner, actionTable());
  EXPECT_EQ(printFault(fault), "after-read = exit(7)");
  EXPECT_EQ(scanner.rest(), " -> off");
}

TEST(ParseFault, AnArrowNeedsNoBlanks) {
  EXPECT_EQ(normalized("idle=2*hang->3*close-stdin->off"),
            "idle = 2* hang -> 3* close-stdin -> off");
}

}  // namespace
}  // namespace iotcpd::fake
