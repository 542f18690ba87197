#include "fake-daemons/actions/action_table.h"

#include <set>
#include <string_view>

#include <gtest/gtest.h>

namespace iotcpd::fake {
namespace {

TEST(ActionTable, EachActionHasANameOfItsOwnAndOneSentenceOfHelp) {
  std::set<std::string_view> names;
  for (const ActionType& type : actionTable()) {
    EXPECT_TRUE(names.insert(type.name).second) << type.name;
    EXPECT_TRUE(type.help.ends_with('.')) << type.name;
    EXPECT_EQ(type.help.find('\n'), std::string_view::npos) << type.name;
  }
}

TEST(ActionTable, OnlyOffIsNothingToDo) {
  for (const ActionType& type : actionTable()) {
    EXPECT_EQ(type.start == nullptr, type.name == "off") << type.name;
  }
}

TEST(ActionTable, EachActionIsAcceptedAtSomePointAndAtNoUnknownOne) {
  for (const ActionType& type : actionTable()) {
    EXPECT_NE(type.points, 0) << type.name;
    EXPECT_EQ(type.points & ~kEveryPoint, 0) << type.name;
  }
}

TEST(ActionTable, OnlyTheLastParametersAreOptional) {
  for (const ActionType& type : actionTable()) {
    bool optional = false;
    for (const Parameter& parameter : type.parameters) {
      EXPECT_TRUE(parameter.optional || !optional) << type.name;
      optional = parameter.optional;
    }
  }
}

TEST(ActionTable, SizesAndCountsHaveALimit) {
  for (const ActionType& type : actionTable()) {
    for (const Parameter& parameter : type.parameters) {
      const bool counts =
          parameter.kind == ParameterKind::kSize || parameter.kind == ParameterKind::kCount;
      EXPECT_EQ(parameter.most > 0, counts) << type.name << ' ' << parameter.name;
    }
  }
}

}  // namespace
}  // namespace iotcpd::fake
