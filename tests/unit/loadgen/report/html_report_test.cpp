#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loadgen/report/embedded_page.h"
#include "loadgen/report/reports.h"
#include "tests/unit/loadgen/report/sample_results.h"

namespace iotcpd::loadgen {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string pageOf(const char* name) {
  const Sample sample = makeSample(name);
  const NamedResult named{"</script>.json", &sample.result};
  return htmlReport({&named, 1});
}

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST(HtmlReport, IsWholeAndHasEverythingInside) {
  const std::string page = pageOf("few");
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
  EXPECT_TRUE(page.ends_with("</html>\n"));
  EXPECT_THAT(page, HasSubstr(std::string(embeddedPage().chartJs)));
  EXPECT_THAT(page, HasSubstr(std::string(embeddedPage().script)));
  EXPECT_THAT(page, HasSubstr("Chart.js v3"));
}

TEST(HtmlReport, LoadsNothing) {
  const std::string page = pageOf("few");
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr(" src=")));
  EXPECT_THAT(page, Not(HasSubstr("<link")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
}

TEST(HtmlReport, NoTextOfARunEndsItsScript) {
  const std::string hostile = pageOf("hostile");
  EXPECT_EQ(occurrences(hostile, "</script>"), occurrences(pageOf("few"), "</script>"));
  EXPECT_THAT(hostile, HasSubstr("\\u003c/script>"));
}

TEST(HtmlReport, PlacesWithinTheDataStayAsTheyAre) {
  EXPECT_THAT(pageOf("hostile"), HasSubstr("{{SCRIPT}} {{DATA}}"));
  EXPECT_THAT(pageOf("few"), Not(HasSubstr("{{")));
}

}  // namespace
}  // namespace iotcpd::loadgen
