#include "redirector/app/settings_reader.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "redirector/app/options.h"

namespace iotcpd::redirector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

SettingsSource given(std::vector<std::string> words) {
  words.insert(words.begin(), "iotcpd");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  SettingsSource source(
      parseCommandLine(optionTable(), static_cast<int>(words.size()), argv.data()));
  source.load();
  return source;
}

std::string complaintOf(const std::vector<std::string>& words) {
  try {
    [[maybe_unused]] const Settings settings = readSettings(given(words));
  } catch (const SettingError& e) {
    EXPECT_EQ(e.exitCode(), kExitUsage);
    return e.what();
  }
  return "";
}

TEST(ReadSettings, DefaultsAreThoseOfThePredecessor) {
  const Settings settings = readSettings(given({"-p", "9991"}));
  EXPECT_EQ(settings.listen.ipv4, std::vector<std::string>{"127.0.0.1"});
  EXPECT_EQ(settings.pool.numDaemons, 4U);
  EXPECT_EQ(settings.pool.busyTimeout, seconds(15));
  EXPECT_EQ(settings.pool.alarmInterval, seconds(2));
  EXPECT_EQ(settings.pool.daemonWords,
            (std::vector<std::string>{"squidGuard", "-c", "sg/adblock.conf"}));
  EXPECT_EQ(settings.drainTimeout, milliseconds(16'500));
}

TEST(ReadSettings, TheDefaultAddressGivesWayToAnyOther) {
  EXPECT_TRUE(readSettings(given({"-I::1"})).listen.ipv4.empty());
  EXPECT_TRUE(readSettings(given({"--unix", "/tmp/x"})).listen.ipv4.empty());
}

TEST(ReadSettings, BareNumbersAreInThePredecessorsUnit) {
  EXPECT_EQ(readSettings(given({"-b", "3"})).pool.busyTimeout, seconds(3));
  EXPECT_EQ(readSettings(given({"-b", "250ms"})).pool.busyTimeout, milliseconds(250));
}

TEST(ReadSettings, TheDrainTimeoutFollowsTheOthersUnlessGiven) {
  EXPECT_EQ(readSettings(given({"-b", "1", "--queue-timeout", "2s"})).drainTimeout, seconds(4));
  EXPECT_EQ(readSettings(given({"--drain-timeout", "0"})).drainTimeout, seconds(0));
}

TEST(ReadSettings, EveryLimitHasItsOtherSide) {
  EXPECT_EQ(complaintOf({"-p", "65535"}), "");
  EXPECT_NE(complaintOf({"-p", "65536"}), "");
  EXPECT_EQ(complaintOf({"-n", "4096"}), "");
  EXPECT_NE(complaintOf({"-n", "4097"}), "");
  EXPECT_NE(complaintOf({"-n", "0"}), "");
  EXPECT_EQ(complaintOf({"--max-request", "16MiB"}), "");
  EXPECT_NE(complaintOf({"--max-request", "1"}), "");
  EXPECT_EQ(complaintOf({"--unix-mode", "0777"}), "");
  EXPECT_NE(complaintOf({"--unix-mode", "1777"}), "");
  EXPECT_NE(complaintOf({"--error-reply", "a\nb"}), "");
}

TEST(ReadSettings, AnAddressOfTheOtherFamilyIsRefused) {
  EXPECT_EQ(complaintOf({"-i", "::1"}), "--ipv4 '::1': accepted is an IPv4 address");
  EXPECT_EQ(complaintOf({"-I", "127.0.0.1"}), "--ipv6 '127.0.0.1': accepted is an IPv6 address");
}

TEST(ReadSettings, AnExpectationNeedsAProbe) {
  EXPECT_EQ(complaintOf({"--probe-expect", "x"}), "--probe-expect 'x': it needs --probe");
  EXPECT_EQ(complaintOf({"--probe", "p", "--probe-expect", "x"}), "");
  EXPECT_NE(complaintOf({"--probe", "p", "--probe-expect", "("}), "");
}

TEST(PrintSettings, BackslashesSurviveTheFile) {
  const std::string printed = printSettings(given({"-d", R"(sed -u s/\(a\)/b/)"}));
  EXPECT_NE(printed.find(R"(daemon = sed -u s/\\(a\\)/b/)"), std::string::npos) << printed;
}

}  // namespace
}  // namespace iotcpd::redirector
