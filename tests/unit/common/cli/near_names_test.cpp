#include <array>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "common/cli/option_table.h"
#include "tests/unit/common/cli/sample_table.h"

namespace iotcpd {
namespace {

using Names = std::vector<std::string_view>;

TEST(NearNames, FindsOneEditOfEachKind) {
  EXPECT_EQ(nearNames(kSampleTable, "dealy"), Names{"delay"}) << "swap";
  EXPECT_EQ(nearNames(kSampleTable, "dlay"), Names{"delay"}) << "missing letter";
  EXPECT_EQ(nearNames(kSampleTable, "dellay"), Names{"delay"}) << "letter too many";
  EXPECT_EQ(nearNames(kSampleTable, "relay"), Names{"delay"}) << "other letter";
}

TEST(NearNames, AllowsAThirdOfTheNameAndNotOneMore) {
  EXPECT_EQ(nearNames(kSampleTable, "dzlzy"), Names{});
  EXPECT_EQ(nearNames(kSampleTable, "dzlayz"), Names{"delay"});
  EXPECT_EQ(nearNames(kSampleTable, "dzlzyz"), Names{});
  EXPECT_EQ(nearNames(kSampleTable, "he"), Names{});
}

TEST(NearNames, AllowsThreeEditsAtMostHoweverLongTheNameIs) {
  EXPECT_EQ(nearNames(kSampleTable, "an-option-with-quite-a-long-n"),
            Names{"an-option-with-quite-a-long-name"});
  EXPECT_EQ(nearNames(kSampleTable, "an-option-with-quite-a-long-"), Names{});
}

TEST(NearNames, PutsTheNearestFirstAndNamesThreeAtMost) {
  static constexpr std::array<OptionSpec, 5> kOptions = {{{.name = "aaaaaa11"},
                                                          {.name = "aaaaaaaa"},
                                                          {.name = "aaaaaaa1"},
                                                          {.name = "aaaaaaa2"},
                                                          {.name = "bbbbbbbb"}}};
  static constexpr std::array<OptionGroup, 1> kGroups = {{{"Group", kOptions}}};
  const OptionTable table{.groups = kGroups};
  EXPECT_EQ(nearNames(table, "aaaaaaaa"), (Names{"aaaaaaaa", "aaaaaaa1", "aaaaaaa2"}));
  EXPECT_EQ(nearNames(table, "bbbbbbb"), Names{"bbbbbbbb"});
}

TEST(NearNames, FindsNothingInAnEmptyTable) {
  EXPECT_EQ(nearNames(OptionTable{}, "daemon"), Names{});
  EXPECT_EQ(nearNames(kSampleTable, ""), Names{});
}

}  // namespace
}  // namespace iotcpd
