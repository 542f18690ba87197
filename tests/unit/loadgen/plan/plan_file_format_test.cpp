#include "loadgen/plan/plan_file_format.h"

#include <gtest/gtest.h>

#include "loadgen/plan/line_file.h"
#include "tests/unit/loadgen/plan/refusals.h"
#include "tests/unit/support/test_random.h"

namespace iotcpd::loadgen {
namespace {

struct Parsed {
  PlannedRequest request;
  std::string bytes;
};

Parsed parsed(std::string_view text) {
  Parsed result;
  parsePlanFileRequest(text, result.request, result.bytes);
  return result;
}

std::string printed(Nanoseconds due, Behaviour behaviour, std::string_view line) {
  std::string text;
  appendPlanFileRequest(text, {due, line, 0, false, behaviour});
  return text;
}

TEST(PlanFileFormat, TheExampleOfItsHeaderReadsAsItSays) {
  const Parsed first = parsed("0 ordinary http://example.com/1");
  EXPECT_EQ(first.request.due, Nanoseconds(0));
  EXPECT_EQ(first.request.behaviour, Behaviour::kOrdinary);
  EXPECT_EQ(first.bytes, "http://example.com/1\n");
  const Parsed second = parsed(R"(1000000 half-close \\\xc3\xa9\x09)");
  EXPECT_EQ(second.request.due, std::chrono::milliseconds(1));
  EXPECT_EQ(second.request.behaviour, Behaviour::kHalfClose);
  EXPECT_EQ(second.bytes, "\\é\t\n");
}

TEST(PlanFileFormat, OnlyWhatIsNotPrintableIsEscaped) {
  EXPECT_EQ(printed(Nanoseconds(5), Behaviour::kRst, " a\\b ~\x7f\r\n"),
            "5 rst  a\\\\b ~\\x7f\\x0d\n");
  EXPECT_EQ(printed(Nanoseconds(0), Behaviour::kOrdinary, "\n"), "0 ordinary \n");
}

TEST(PlanFileFormat, EveryByteBehaviourAndTimeComesBack) {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    TestRandom random(seed);
    std::string line(random.below(50), '\0');
    for (char& byte : line) {
      do byte = static_cast<char>(random.below(256));
      while (byte == '\n');
    }
    line += '\n';
    const Nanoseconds due(static_cast<std::int64_t>(random.ofAnySize(54)));
    const auto behaviour = static_cast<Behaviour>(random.below(kBehaviourCount));
    const std::string text = printed(due, behaviour, line);
    ASSERT_EQ(text.find('\n'), text.size() - 1);
    const Parsed back = parsed(std::string_view(text).substr(0, text.size() - 1));
    ASSERT_EQ(back.bytes, line) << text;
    ASSERT_EQ(back.request.due, due);
    ASSERT_EQ(back.request.behaviour, behaviour);
  }
}

TEST(PlanFileFormat, IsRefusedAtThePlaceThatIsWrong) {
  expectRefusals(
      {
          {"", 1, "a whole number from 0 to 36000000000000000"},
          {"-1 ordinary a", 1, "a whole number from 0 to 36000000000000000"},
          {"36000000000000001 ordinary a", 1, "a whole number from 0 to 36000000000000000"},
          {"1", 2, "one blank"},
          {"1\tordinary a", 2, "one blank"},
          {"1 fine a", 3, "ordinary, or a kind of misbehaviour such as half-close"},
          {"1  ordinary a", 3, "ordinary, or a kind"},
          {"1 ordinary", 11, "one blank"},
          {"1 ordinary a\\", 13, R"(printable ASCII, \\ or \xNN)"},
          {"1 ordinary a\\n", 13, R"(printable ASCII, \\ or \xNN)"},
          {"1 ordinary a\\x4", 13, R"(printable ASCII, \\ or \xNN)"},
          {"1 ordinary a\\xC3", 13, R"(printable ASCII, \\ or \xNN)"},
          {"1 ordinary a\tb", 13, R"(printable ASCII, \\ or \xNN)"},
          {"1 ordinary a\xc3", 13, R"(printable ASCII, \\ or \xNN)"},
          {"1 ordinary a\r", 13, R"(printable ASCII, \\ or \xNN)"},
          {"1 ordinary a\\x0a", 13, "a request of one line"},
      },
      parsed);
}

TEST(PlanFileFormat, ARequestIsAMebibyteAtTheMost) {
  const std::string longest(kMostRequestBytes - 1, 'x');
  const std::string text = "1 ordinary " + longest;
  EXPECT_EQ(parsed(text).bytes.size(), kMostRequestBytes);
  const std::string longer = text + 'x';
  expectRefusals({{longer, 12, "a request of at most 1MiB"}}, parsed);
}

}  // namespace
}  // namespace iotcpd::loadgen
