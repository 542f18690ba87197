#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "common/cli/option_table.h"
#include "tests/unit/common/cli/sample_table.h"

namespace iotcpd {
namespace {

using List = std::vector<std::string>;

CommandLine parse(const List& given) {
  List arguments{"sample-program"};
  arguments.insert(arguments.end(), given.begin(), given.end());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  const std::vector<char*> before = argv;
  CommandLine result = parseCommandLine(kSampleTable, static_cast<int>(argv.size()), argv.data());
  EXPECT_EQ(argv, before) << "the caller's argv was rearranged";
  return result;
}

std::string errorOf(const List& arguments) {
  try {
    const CommandLine result = parse(arguments);
    ADD_FAILURE() << "accepted with " << result.options.size() << " options";
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

std::string valueOf(const CommandLine& line, std::string_view name) {
  const std::string* value = line.value(name);
  return value == nullptr ? "(none)" : *value;
}

TEST(ParseCommandLine, TakesAValueInEveryUsualWay) {
  for (const List& arguments : std::vector<List>{{"--daemon", "cat -u"},
                                                 {"--daemon=cat -u"},
                                                 {"-d", "cat -u"},
                                                 {"-dcat -u"},
                                                 {"-vdcat -u"}}) {
    EXPECT_EQ(valueOf(parse(arguments), "daemon"), "cat -u") << arguments.front();
  }
}

TEST(ParseCommandLine, TakesFlagsTogether) {
  const CommandLine line = parse({"-hv"});
  EXPECT_TRUE(line.has("help"));
  EXPECT_TRUE(line.has("verbose"));
  EXPECT_FALSE(line.has("daemon"));
  EXPECT_EQ(valueOf(line, "help"), "");
}

TEST(ParseCommandLine, TakesAnAbbreviationThatMeansOneOption) {
  EXPECT_EQ(valueOf(parse({"--del=1s"}), "delay"), "1s");
  EXPECT_EQ(valueOf(parse({"--daemons", "2"}), "daemons-max"), "2");
  EXPECT_EQ(valueOf(parse({"--daemon", "x"}), "daemon"), "x");
}

TEST(ParseCommandLine, PutsOperandsBehindTheOptionsWhereverTheyStand) {
  const CommandLine line = parse({"a", "-v", "b", "--delay", "1s", "c"});
  EXPECT_EQ(line.operands, (List{"a", "b", "c"}));
  EXPECT_TRUE(line.has("verbose"));
  EXPECT_EQ(valueOf(line, "delay"), "1s");
}

TEST(ParseCommandLine, TakesNoOptionAfterTwoDashes) {
  const CommandLine line = parse({"-v", "--", "-h", "--delay"});
  EXPECT_EQ(line.operands, (List{"-h", "--delay"}));
  EXPECT_FALSE(line.has("help"));
}

TEST(ParseCommandLine, TakesOneDashAsAnOperand) { EXPECT_EQ(parse({"-"}).operands, List{"-"}); }

TEST(ParseCommandLine, LastOneWinsAndAllAreKept) {
  const CommandLine line =
      parse({"-n1", "--daemons-max=2", "--allow", "::1", "--allow=10.0.0.0/8"});
  EXPECT_EQ(valueOf(line, "daemons-max"), "2");
  EXPECT_EQ(line.values("allow"), (List{"::1", "10.0.0.0/8"}));
  ASSERT_EQ(line.options.size(), 4U);
  EXPECT_EQ(line.options[0].spec, kSampleTable.find("daemons-max"));
  EXPECT_EQ(line.options[2].spec, kSampleTable.find("allow"));
}

TEST(ParseCommandLine, TakesAnEmptyValue) {
  EXPECT_EQ(valueOf(parse({"--daemon="}), "daemon"), "");
  EXPECT_EQ(valueOf(parse({"--daemon", ""}), "daemon"), "");
  EXPECT_EQ(valueOf(parse({}), "daemon"), "(none)");
}

TEST(ParseCommandLine, ParsesOneCommandLineAfterTheOther) {
  EXPECT_THROW(parse({"-vZ", "x"}), UsageError);
  EXPECT_EQ(parse({"a"}).operands, List{"a"});
  EXPECT_TRUE(parse({"-v", "a"}).has("verbose"));
}

TEST(ParseCommandLine, TakesAnEmptyArgv) {
  char* none = nullptr;
  EXPECT_TRUE(parseCommandLine(kSampleTable, 0, &none).operands.empty());
}

TEST(ParseCommandLine, NamesAnUnknownOptionAndWhatWasMeant) {
  EXPECT_EQ(errorOf({"--deamon", "cat"}), "unknown option --deamon; did you mean --daemon?");
  EXPECT_EQ(errorOf({"a", "--dalay=1s", "b"}), "unknown option --dalay; did you mean --delay?");
  EXPECT_EQ(errorOf({"--zzz"}), "unknown option --zzz; --help lists those there are");
  EXPECT_EQ(errorOf({"-x"}), "unknown option -x; --help lists those there are");
  EXPECT_EQ(errorOf({"-vx"}), "unknown option -x; --help lists those there are");
}

TEST(ParseCommandLine, NamesAllThatAnAmbiguousOptionCanMean) {
  EXPECT_EQ(errorOf({"--d=1"}), "ambiguous option --d: --daemon, --daemons-max or --delay");
  EXPECT_EQ(errorOf({"--da"}), "ambiguous option --da: --daemon or --daemons-max");
}

TEST(ParseCommandLine, SaysWhatAnOptionWithoutValueNeeds) {
  EXPECT_EQ(errorOf({"--delay"}), "option --delay needs a value: TIME, a time from 1ms to 1h");
  EXPECT_EQ(errorOf({"x", "--del"}), "option --del needs a value: TIME, a time from 1ms to 1h");
  EXPECT_EQ(errorOf({"-vn"}), "option -n needs a value: N, 1 to 1024");
}

TEST(ParseCommandLine, RefusesAValueForAFlag) {
  EXPECT_EQ(errorOf({"--help=yes"}), "option --help takes no value, not 'yes'");
  EXPECT_EQ(errorOf({"--he=yes"}), "option --he takes no value, not 'yes'");
}

TEST(ParseCommandLine, KeepsErrorsOnOneLine) {
  EXPECT_EQ(errorOf({"--\x1b[1m\nx"}),
            "unknown option --\\x1b[1m\\x0ax; --help lists those there are");
  EXPECT_EQ(errorOf({"-\n"}), "unknown option -\\x0a; --help lists those there are");
}

TEST(OptionTable, FindsAnOptionByItsLongName) {
  ASSERT_NE(kSampleTable.find("delay"), nullptr);
  EXPECT_EQ(kSampleTable.find("delay")->argument, "TIME");
  EXPECT_EQ(kSampleTable.find("dela"), nullptr);
  EXPECT_EQ(kSampleTable.find(""), nullptr);
}

}  // namespace
}  // namespace iotcpd
