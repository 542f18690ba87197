#include "fake-daemons/app/profile.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/support/temporary_file.h"

namespace iotcpd::fake {
namespace {

using List = std::vector<std::string>;

/// "NAME=VALUE" of each setting.
List settingsOf(std::string_view content) {
  const TemporaryFile file(content);
  List settings;
  for (const GivenSetting& setting : readProfile(file.path())) {
    settings.push_back(setting.name + '=' + setting.value);
  }
  return settings;
}

/// With the exit code before it.
std::string complaintOf(const std::string& nameOrFile) {
  try {
    static_cast<void>(readProfile(nameOrFile));
  } catch (const ProfileError& e) {
    return std::to_string(e.exitCode()) + ' ' + e.what();
  }
  return "";
}

std::string contentComplaint(std::string_view content) {
  const TemporaryFile file(content);
  std::string complaint = complaintOf(file.path());
  const std::size_t name = complaint.find(file.path());
  return name == std::string::npos ? complaint : complaint.replace(name, file.path().size(), "P");
}

TEST(ReadProfile, ReadsALineASettingAndSkipsComments) {
  EXPECT_EQ(settingsOf("# says what it does\n\n  latency = exp(5ms) \r\n\tseed=7\n# end"),
            (List{"latency=exp(5ms)", "seed=7"}));
  EXPECT_EQ(settingsOf(""), List{});
}

TEST(ReadProfile, OnlyTheFirstEqualsSignDivides) {
  EXPECT_EQ(settingsOf("fault = idle = exit(1) # no comment"),
            List{"fault=idle = exit(1) # no comment"});
}

TEST(ReadProfile, KeepsTheOrderAndWhatIsThereTwice) {
  EXPECT_EQ(settingsOf("fault=a\nseed=1\nfault=b\nfault=a"),
            (List{"fault=a", "seed=1", "fault=b", "fault=a"}));
}

TEST(ReadProfile, SaysWhereEachSettingIsFrom) {
  const TemporaryFile file("# a\nseed = 7\n");
  const std::vector<GivenSetting> settings = readProfile(file.path());
  ASSERT_EQ(settings.size(), 1U);
  EXPECT_EQ(settings.front().source, "profile " + file.path() + " line 2: seed");
}

TEST(ReadProfile, WhatIsNoSettingIsNamed) {
  constexpr std::string_view kAccepted =
      ": a line 'name = value' with the long name of an option is accepted";
  for (const std::string line : {"seed", "sed = 7", "= 7", "Seed = 7", "profile = x", "help = 1",
                                 "wrap = 1", "--seed = 7", "obey-requests"}) {
    EXPECT_EQ(contentComplaint("\n" + line),
              "78 profile P line 2: '" + line + "'" + std::string(kAccepted));
  }
}

TEST(ReadProfile, AFileThatCannotBeReadIsAnErrorOfConfiguration) {
  EXPECT_EQ(complaintOf("/does/not/exist"),
            "78 profile '/does/not/exist' cannot be read: No such file or directory");
  EXPECT_EQ(complaintOf("/tmp/"), "78 profile '/tmp/' cannot be read: Is a directory");
}

TEST(ReadProfile, AnUnknownNameIsAnErrorOfUsage) {
  EXPECT_EQ(complaintOf("nothing-of-the-kind"),
            "64 unknown profile 'nothing-of-the-kind'; --list-profiles shows those there are");
  EXPECT_EQ(complaintOf("a\nb"),
            "64 unknown profile 'a\\x0ab'; --list-profiles shows those there "
            "are");
}

TEST(ReadProfile, TenThousandLinesAreAcceptedAndNotOneMore) {
  std::string lines;
  for (int i = 0; i < 10'000; ++i) lines += "seed = 7\n";
  EXPECT_EQ(settingsOf(lines).size(), 10'000U);
  EXPECT_EQ(contentComplaint(lines + "seed = 8\n"), "78 profile 'P' has more than 10000 lines");
}

}  // namespace
}  // namespace iotcpd::fake
