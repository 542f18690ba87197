#include "fake-daemons/app/settings_reader.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "fake-daemons/app/options.h"
#include "fake-daemons/grammar/fault_printer.h"
#include "tests/unit/fake-daemons/support/given_words.h"
#include "tests/unit/support/temporary_file.h"

namespace iotcpd::fake {
namespace {

using std::chrono::milliseconds;

using List = std::vector<std::string>;

std::string complaintOf(const List& words) {
  try {
    [[maybe_unused]] const Settings settings = readSettings(given(words));
  } catch (const UsageError& e) {
    return e.what();
  }
  return "";
}

/// The same of a profile's lines, without its name; with the exit code before it.
std::string profileComplaint(std::string_view lines) {
  const TemporaryFile profile(lines);
  try {
    [[maybe_unused]] const Settings settings = readSettings(given({"--profile", profile.path()}));
  } catch (const ProfileError& e) {
    std::string what = e.what();
    const std::size_t name = what.find(profile.path());
    EXPECT_NE(name, std::string::npos) << what;
    return std::to_string(e.exitCode()) + ' ' + what.replace(name, profile.path().size(), "P");
  }
  return "";
}

TEST(ReadSettings, WithoutOptionsItIsAnEchoThatTakesNoTime) {
  const Settings settings = readSettings(given({}));
  EXPECT_EQ(settings.personality, PersonalityKind::kEcho);
  EXPECT_EQ(settings.replyTemplate, "OK");
  EXPECT_TRUE(settings.latency.isZero());
  EXPECT_TRUE(settings.startup.isZero());
  EXPECT_TRUE(settings.faults.empty());
  EXPECT_FALSE(settings.obeyRequests);
  EXPECT_EQ(settings.spin, Nanoseconds(0));
  EXPECT_EQ(settings.journalFile + settings.controlPath + settings.patternsFile, "");
}

TEST(ReadSettings, TheDefaultsInTheHelpAreTheRealOnes) {
  const std::string printed = printSettings(readSettings(given({"--personality", "fixed"})));
  for (const std::string_view name : {"template", "latency", "startup", "spin"}) {
    const std::string line =
        std::string(name) + " = " + std::string(optionTable().find(name)->defaultValue) + '\n';
    EXPECT_NE(printed.find(line), std::string::npos) << line << printed;
  }
  EXPECT_EQ(optionTable().find("personality")->defaultValue,
            personalityName(Settings().personality));
}

TEST(ReadSettings, EachOptionPutsItsValueWhereItBelongs) {
  const Settings settings = readSettings(given({"--personality",
                                                "squid-channel",
                                                "--template",
                                                "{line}",
                                                "--patterns",
                                                "/dev/null",
                                                "--latency",
                                                "exp(5ms)",
                                                "--startup",
                                                "2s",
                                                "--fault",
                                                "idle = off",
                                                "--fault",
                                                "before-reply = wrong-id",
                                                "--obey-requests",
                                                "--seed",
                                                "18446744073709551615",
                                                "--spin",
                                                "50us",
                                                "--journal",
                                                "j.{pid}",
                                                "--control",
                                                "c.{worker}"}));
  EXPECT_EQ(settings.personality, PersonalityKind::kSquidChannel);
  EXPECT_EQ(settings.replyTemplate, "{line}");
  EXPECT_EQ(settings.patternsFile, "/dev/null");
  EXPECT_EQ(settings.latency.text(), "exp(5ms)");
  EXPECT_EQ(settings.startup.text(), "2s");
  ASSERT_EQ(settings.faults.size(), 2U);
  EXPECT_EQ(printFault(settings.faults[1]), "before-reply = wrong-id");
  EXPECT_TRUE(settings.obeyRequests);
  EXPECT_EQ(settings.seed, UINT64_MAX);
  EXPECT_EQ(settings.spin, std::chrono::microseconds(50));
  EXPECT_EQ(settings.journalFile, "j.{pid}");
  EXPECT_EQ(settings.controlPath, "c.{worker}");
}

/// What a setting without a setter would do is nothing, silently.
TEST(ReadSettings, EveryOptionOfTheTableThatAProfileMayHoldIsReadFromIt) {
  const std::map<std::string_view, std::string_view> values{{"personality", "squidguard"},
                                                            {"template", "x"},
                                                            {"patterns", "/dev/null"},
                                                            {"latency", "1ms"},
                                                            {"startup", "1ms"},
                                                            {"fault", "idle = off"},
                                                            {"obey-requests", "true"},
                                                            {"seed", "7"},
                                                            {"spin", "1ms"},
                                                            {"journal", "j"},
                                                            {"control", "c"}};
  const std::string before = printSettings(readSettings(given({"--seed", "1"})));
  for (const OptionGroup& group : optionTable().groups) {
    for (const OptionSpec& spec : group.options) {
      if (spec.commandLineOnly) continue;
      const auto value = values.find(spec.name);
      ASSERT_NE(value, values.end()) << spec.name << " is missing in this test";
      const TemporaryFile profile("seed = 1\n" + std::string(spec.name) + " = " +
                                  std::string(value->second) + "\n" +
                                  (spec.name == "template" ? "personality = fixed\n" : ""));
      EXPECT_NE(printSettings(readSettings(given({"--profile", profile.path()}))), before)
          << spec.name;
    }
  }
}

TEST(ReadSettings, EachPersonalityButTheWrappedProgramCanBeChosen) {
  for (const std::string name : {"echo", "fixed", "squidguard", "squid-channel"}) {
    EXPECT_EQ(personalityName(readSettings(given({"--personality", name})).personality), name);
  }
  EXPECT_EQ(complaintOf({"--personality", "wrap"}),
            "--personality: 'wrap' is not accepted; accepted is one of echo, fixed, squidguard, "
            "squid-channel");
}

TEST(ReadSettings, AValueThatIsNotAcceptedIsNamedWithWhatIs) {
  EXPECT_EQ(complaintOf({"--seed", "-1"}),
            "--seed: '-1' is not accepted; accepted is 0 to 18446744073709551615");
  EXPECT_EQ(complaintOf({"--seed", "18446744073709551616"}),
            "--seed: '18446744073709551616' is not accepted; accepted is 0 to "
            "18446744073709551615");
  EXPECT_EQ(complaintOf({"--spin", "10.1ms"}),
            "--spin: '10.1ms' is not accepted; accepted is a time from 0 to 10ms");
  EXPECT_EQ(complaintOf({"--journal", ""}).substr(0, 29), "--journal: '' is not accepted");
  EXPECT_EQ(complaintOf({"--control", ""}).substr(0, 29), "--control: '' is not accepted");
  EXPECT_EQ(complaintOf({"--template", "a\nb"}).substr(0, 37),
            "--template: 'a\\x0ab' is not accepted;");
  EXPECT_EQ(complaintOf({"--latency", "5"}),
            "--latency: expected a time with its unit such as 5ms, at most 24h at column 1: "
            "<-- HERE 5");
  EXPECT_EQ(complaintOf({"--fault", "idle = exit(256)"}),
            "--fault: expected a whole number from 0 to 255 at column 13: idle = exit(<-- HERE "
            "256)");
}

TEST(ReadSettings, EachLimitIsStillAccepted) {
  EXPECT_EQ(complaintOf({"--seed", "0"}), "");
  EXPECT_EQ(complaintOf({"--seed", "18446744073709551615"}), "");
  EXPECT_EQ(complaintOf({"--spin", "0"}), "");
  EXPECT_EQ(complaintOf({"--spin", "10ms"}), "");
  EXPECT_EQ(complaintOf({"--template", ""}), "");
}

TEST(ReadSettings, WithoutASeedEachProcessTakesItsOwn) {
  EXPECT_NE(readSettings(given({})).seed, readSettings(given({})).seed);
  EXPECT_EQ(readSettings(given({"--seed", "0"})).seed, 0U);
}

TEST(ReadSettings, WrapTakesTheProgramAfterTheDashes) {
  const Settings settings = readSettings(given({"--wrap", "--", "cat", "-u"}));
  EXPECT_EQ(settings.personality, PersonalityKind::kWrap);
  EXPECT_EQ(settings.wrappedWords, (List{"cat", "-u"}));
  EXPECT_EQ(complaintOf({"--wrap"}), "--wrap needs a program: --wrap -- CMD [ARGUMENT]...");
  EXPECT_EQ(complaintOf({"cat"}),
            "'cat': only options are accepted, and a program after --wrap --");
}

TEST(ReadSettings, AWrongIdNeedsChannels) {
  EXPECT_EQ(
      complaintOf({"--fault", "before-reply = off -> wrong-id"}),
      "--fault: 'before-reply = off -> wrong-id': wrong-id needs --personality squid-channel");
  EXPECT_NE(complaintOf({"--fault", "before-reply = wrong-id", "--wrap", "--", "cat"}), "");
  EXPECT_EQ(complaintOf({"--fault", "before-reply = wrong-id", "--personality", "squid-channel"}),
            "");
}

TEST(ReadSettings, TheCommandLineWinsOverTheProfileAndItsFaultsComeOnTop) {
  const TemporaryFile profile("latency = 1ms\nstartup = 1s\nfault = idle = exit(1)\nseed = 7\n");
  const Settings settings = readSettings(
      given({"--latency", "2ms", "--fault", "idle = exit(2)", "--profile", profile.path()}));
  EXPECT_EQ(settings.latency.text(), "2ms");
  EXPECT_EQ(settings.startup.text(), "1s");
  EXPECT_EQ(settings.seed, 7U);
  ASSERT_EQ(settings.faults.size(), 2U);
  EXPECT_EQ(printFault(settings.faults[0]), "idle = exit(1)");
  EXPECT_EQ(printFault(settings.faults[1]), "idle = exit(2)");
}

TEST(ReadSettings, WhatIsWrongInAProfileNamesItsLineAndIsAnErrorOfConfiguration) {
  EXPECT_EQ(profileComplaint("# a\n\nspin = 1s\n"),
            "78 profile P line 3: spin: '1s' is not accepted; accepted is a time from 0 to 10ms");
  EXPECT_EQ(profileComplaint("latency=5"),
            "78 profile P line 1: latency: expected a time with its unit such as 5ms, at most 24h "
            "at column 1: <-- HERE 5");
  EXPECT_EQ(profileComplaint("obey-requests = yes"),
            "78 profile P line 1: obey-requests: 'yes' is not accepted; accepted is true or false");
}

TEST(ReadSettings, AFlagInAProfileIsTrueOrFalse) {
  const auto obeys = [](std::string_view lines) {
    const TemporaryFile profile(lines);
    return readSettings(given({"--profile", profile.path()})).obeyRequests;
  };
  EXPECT_TRUE(obeys("obey-requests = true"));
  EXPECT_TRUE(obeys("obey-requests ="));
  EXPECT_FALSE(obeys("obey-requests = false"));
}

TEST(PrintSettings, IsAProfileThatComesToTheSame) {
  const std::string printed =
      printSettings(readSettings(given({"--personality",
                                        "fixed",
                                        "--template",
                                        "{line} {{}} # x",
                                        "--latency",
                                        "exp(5ms)",
                                        "--fault",
                                        R"(after-read = match(/a\/b/) late("x # y", 5ms) -> off)",
                                        "--obey-requests",
                                        "--seed",
                                        "7",
                                        "--spin",
                                        "1ms",
                                        "--journal",
                                        "j",
                                        "--control",
                                        "c",
                                        "--patterns",
                                        "/dev/null",
                                        "--startup",
                                        "1s"})));
  const TemporaryFile profile(printed);
  EXPECT_EQ(printSettings(readSettings(given({"--profile", profile.path()}))), printed);
}

TEST(PrintSettings, AWrappedProgramIsAComment) {
  const std::string printed =
      printSettings(readSettings(given({"--seed", "7", "--wrap", "--", "cat", "a b"})));
  EXPECT_TRUE(printed.starts_with("# --wrap -- cat 'a b'\n")) << printed;
  EXPECT_EQ(printed.find("personality"), std::string::npos);
}

}  // namespace
}  // namespace iotcpd::fake
