#include "loadgen/plan/template_mix.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

std::string textOf(TemplateMix& mix) { return std::string(mix.next().bytes); }

TEST(TemplateMix, TakesTemplatesByTheirWeights) {
  const std::vector<WeightedTemplate> templates{{6, "a"}, {3, "b"}, {1, "c"}};
  TemplateMix mix(templates, 3);
  std::map<std::string, int> counts;
  for (int i = 0; i < 100'000; ++i) ++counts[textOf(mix)];
  // Six standard deviations.
  EXPECT_NEAR(counts["a\n"], 60'000, 930);
  EXPECT_NEAR(counts["b\n"], 30'000, 870);
  EXPECT_NEAR(counts["c\n"], 10'000, 570);
}

TEST(TemplateMix, CountsAllRequestsWhicheverTheTemplate) {
  const std::vector<WeightedTemplate> templates{{1, "a {seq}"}, {1, "b {seq}"}};
  TemplateMix mix(templates, 3);
  for (int i = 1; i <= 100; ++i) EXPECT_EQ(textOf(mix).substr(2), std::to_string(i) + '\n');
}

TEST(TemplateMix, TheMixDoesNotShiftWhatItsTemplatesDraw) {
  const std::vector<WeightedTemplate> one{{1, "{rand:0..999999}"}};
  const std::vector<WeightedTemplate> two{{1, "{rand:0..999999}"}, {5, "{rand:0..999999}"}};
  TemplateMix alone(one, 3);
  TemplateMix mixed(two, 3);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(textOf(alone), textOf(mixed));
}

TEST(TemplateMix, TheSameSeedGivesTheSameRequests) {
  const std::vector<WeightedTemplate> templates{{1, "a {token} {uuid}"}, {1, "b {rand:1..9}"}};
  TemplateMix first(templates, 3);
  TemplateMix second(templates, 3);
  TemplateMix other(templates, 4);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const std::string line = textOf(first);
    EXPECT_EQ(line, textOf(second));
    differs = differs || line != textOf(other);
  }
  EXPECT_TRUE(differs);
}

}  // namespace
}  // namespace iotcpd::loadgen
