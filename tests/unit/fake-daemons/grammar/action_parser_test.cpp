#include <csignal>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "fake-daemons/grammar/fault_printer.h"
#include "tests/unit/fake-daemons/support/expect_errors.h"
#include "tests/unit/fake-daemons/support/faults.h"

namespace iotcpd::fake {
namespace {

using std::chrono::milliseconds;

/// The action at a point where every action is accepted; its text is a fixed point of the printer.
ActionCall actionOf(const std::string& text) {
  ActionCall action = faultOf("before-reply = " + text).terms.front().action;
  EXPECT_EQ(printAction(action), text);
  return action;
}

std::string printed(const std::string& text) {
  return printAction(faultOf("before-reply = " + text).terms.front().action);
}

TEST(ParseAction, EveryActionIsReadWithItsArguments) {
  using List = std::vector<Argument>;
  constexpr std::uint64_t kMiB = 1024UL * 1024;
  const Argument fiveMs = Distribution(milliseconds(5));
  const Argument time = Nanoseconds(milliseconds(5));
  const std::vector<std::pair<std::string, List>> actions{
      {"off", {}},
      {"sleep(5ms)", {fiveMs}},
      {"spin(5ms)", {fiveMs}},
      {"hang", {}},
      {"hold(gate-1)", {std::string("gate-1")}},
      {"exit(255)", {std::uint64_t{255}}},
      {"kill(SEGV)", {SignalNumber{SIGSEGV}}},
      {"abort", {}},
      {"drop", {}},
      {"dribble(8B, 5ms)", {std::uint64_t{8}, time}},
      {"truncate(0)", {std::uint64_t{0}}},
      {"no-newline", {}},
      {"oversize(64MiB)", {64 * kMiB}},
      {"garbage(1B)", {std::uint64_t{1}}},
      {"duplicate", {}},
      {"wrong-id", {}},
      {"extra-line(\"a, b)\")", {std::string("a, b)")}},
      {"late(\"stray\", 5ms)", {std::string("stray"), fiveMs}},
      {"chatter(5ms)", {time}},
      {"close-stdout", {}},
      {"close-stdin", {}},
      {"stop-reading", {}},
      {"stderr(1GiB)", {1024 * kMiB}},
      {"stderr(1MiB, 1KiB)", {kMiB, std::uint64_t{1024}}},
      {"linger-child(5ms)", {time}},
      {"linger-child(5ms, session)", {time, std::string("session")}},
      {"ignore(TERM)", {SignalNumber{SIGTERM}}},
  };
  std::size_t named = 0;
  for (const auto& [text, arguments] : actions) {
    const ActionCall action = actionOf(text);
    EXPECT_TRUE(text.starts_with(action.type->name)) << text;
    EXPECT_EQ(action.arguments, arguments) << text;
    if (arguments.size() == action.type->parameters.size()) ++named;
  }
  EXPECT_EQ(named, actionTable().size()) << "an action is missing in this test";
}

TEST(ParseAction, ADistributionMayHaveBracketsAndCommasOfItsOwn) {
  EXPECT_EQ(printed("late(x,mix(90%:exp(5ms),10%:uniform(1s,2s)))"),
            "late(\"x\", mix(90%:exp(5ms), 10%:uniform(1s, 2s)))");
}

TEST(ParseAction, ATextIsBareOrInQuotes) {
  EXPECT_EQ(printed("extra-line( so it is )"), "extra-line(\"so it is\")");
  EXPECT_EQ(printed(R"(extra-line("a\n\x00\"\\"))"), R"(extra-line("a\x0a\x00\"\\"))");
  EXPECT_EQ(printed("extra-line(\"\")"), "extra-line(\"\")");
}

TEST(ParseAction, ASignalMayHaveItsPrefix) {
  EXPECT_EQ(printed("kill(SIGTERM)"), "kill(TERM)");
  EXPECT_EQ(printed("kill(KILL)"), "kill(KILL)");
}

TEST(ParseAction, KillAndStopCannotBeIgnored) {
  constexpr std::string_view kOther = "the name of a signal other than KILL and STOP";
  expectErrors({{"idle = ignore(KILL)", 15, kOther},
                {"idle = ignore(SIGSTOP)", 15, kOther},
                {"idle = ignore(NONE)", 15, kOther}});
}

TEST(ParseAction, AnActionAtAPointWhereItMakesNoSenseIsRefused) {
  expectErrors({
      {"startup = drop", 11,
       "an action for startup; drop is accepted at after-read or before-reply at column"},
      {"after-reply = drop", 15, "an action for after-reply; drop is accepted at after-read or"},
      {"idle = off -> truncate(1)", 15,
       "an action for idle; truncate is accepted at before-reply at column"},
  });
}

TEST(ParseAction, WhatChangesTheReplyIsAcceptedBeforeItAndOnlyThere) {
  constexpr std::string_view kPoints[] = {"startup",     "idle",         "before-read",
                                          "after-read",  "mid-reply(1)", "before-reply",
                                          "after-reply", "on-term",      "on-eof"};
  for (const std::string_view action : {"drop", "dribble(1B, 1s)", "truncate(1)", "no-newline",
                                        "oversize(1B)", "garbage(1B)", "duplicate", "wrong-id"}) {
    for (const std::string_view point : kPoints) {
      const bool right = point == "before-reply" || (point == "after-read" && action == "drop");
      EXPECT_EQ(faultError(fmt::format("{} = {}", point, action)).empty(), right)
          << point << ' ' << action;
    }
  }
}

TEST(ParseAction, EveryOtherActionIsAcceptedEverywhere) {
  for (const std::string_view action :
       {"off", "sleep(1s)", "spin(1s)", "hang", "hold(x)", "exit(1)", "kill(TERM)", "abort",
        "extra-line(x)", "late(x, 1s)", "chatter(1s)", "close-stdout", "close-stdin",
        "stop-reading", "stderr(1B)", "linger-child(1s)", "ignore(TERM)"}) {
    for (const std::string_view point : {"startup", "idle", "before-read", "after-read",
                                         "mid-reply(1)", "after-reply", "on-term", "on-eof"}) {
      EXPECT_EQ(faultError(fmt::format("{} = {}", point, action)), "") << point << ' ' << action;
    }
  }
}

TEST(ParseAction, ErrorsSayWhatIsExpectedAndWhere) {
  constexpr std::string_view kTime = "a time with its unit such as 5ms, at most 24h";
  expectErrors({
      {"idle =", 7, "an action: off, sleep(DIST), spin(DIST), hang, hold(NAME), exit(CODE), "},
      {"idle = die", 8, "an action: off, "},
      {"idle = Exit(1)", 8, "an action: off, "},
      {"idle = exits(1)", 8, "an action: off, "},
      {"idle = exit", 12, "'('"},
      {"idle = exit()", 13, "a whole number from 0 to 255"},
      {"idle = exit(256)", 13, "a whole number from 0 to 255"},
      {"idle = exit(-1)", 13, "a whole number from 0 to 255"},
      {"idle = exit(1", 14, "')', as in exit(CODE)"},
      {"idle = exit(1, 2)", 14, "')', as in exit(CODE)"},
      {"idle = hang()", 12, "nothing more"},
      {"idle = sleep(5)", 14, kTime},
      {"idle = sleep(gauss(5ms))", 14, "a time such as 5ms, or uniform"},
      {"idle = hold()", 13, "a name of 1 to 64 letters, digits, '-' and '_'"},
      {"idle = hold(ggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg)", 13,
       "a name of 1 to 64 letters, digits, '-' and '_'"},
      {"idle = hold(a b)", 15, "')', as in hold(NAME)"},
      {"idle = kill(FOO)", 13, "the name of a signal such as TERM"},
      {"idle = kill(15)", 13, "the name of a signal such as TERM"},
      {"before-reply = dribble(8)", 25, "','"},
      {"before-reply = dribble(0B, 5ms)", 24, "a size from 1B to 64MiB"},
      {"before-reply = dribble(8, 0)", 27, "a time above 0"},
      {"before-reply = truncate(67108865)", 25, "a whole number from 0 to 67108864"},
      {"before-reply = oversize(65MiB)", 25, "a size from 1B to 64MiB"},
      {"before-reply = garbage(0)", 24, "a size from 1B to 64MiB"},
      {"idle = extra-line()", 19, "a text, in double quotes if need be"},
      {"idle = extra-line(\"a)", 19, "a closing '\"' to this one"},
      {"idle = extra-line(a, b)", 20, "')', as in extra-line(TEXT)"},
      {"idle = late(x)", 14, "','"},
      {"idle = chatter(0)", 16, "a time above 0"},
      {"idle = stderr(1025MiB)", 15, "a size from 1B to 1GiB"},
      {"idle = stderr(1KiB, 0)", 21, "a size from 1B to 1GiB"},
      {"idle = stderr(1KiB, 1, 1)", 22, "')', as in stderr(SIZE[, RATE])"},
      {"idle = stderr(1KiB,)", 20, "a size from 1B to 1GiB"},
      {"idle = linger-child(0s)", 21, "a time above 0"},
      {"idle = linger-child(5s, sessions)", 25, "'session'"},
      {"idle = linger-child(5s, )", 25, "'session'"},
  });
}

TEST(ParseAction, EachLimitIsStillAccepted) {
  expectAccepted({"idle = exit(0)", "idle = exit(255)", "before-reply = dribble(64MiB, 1ns)",
                  "before-reply = dribble(1, 24h)", "before-reply = truncate(67108864)",
                  "before-reply = oversize(64MiB)", "idle = stderr(1GiB, 1GiB)",
                  "idle = chatter(1ns)", "idle = sleep(0)", "idle = sleep(24h)",
                  "idle = hold(gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg)"});
}

TEST(ParseAction, LeavesAnActionWithoutItsOptionalArgumentsReadable) {
  EXPECT_EQ(printed("stderr(5)"), "stderr(5B)");
  EXPECT_EQ(printed("linger-child ( 5s ,session )"), "linger-child(5s, session)");
}

}  // namespace
}  // namespace iotcpd::fake
