#include "fake-daemons/daemon/directives.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "fake-daemons/grammar/fault_printer.h"

namespace iotcpd::fake {
namespace {

using List = std::vector<std::string>;

/// The faults a request asks for, printed; it is to have no complaints.
List faultsOf(std::string_view request) {
  const Directives found = findDirectives(request);
  EXPECT_EQ(found.complaints, List{}) << request;
  List printed;
  for (const FaultSpec& fault : found.faults) printed.push_back(printFault(fault));
  return printed;
}

/// The only complaint about a request that asks for nothing.
std::string complaintOf(std::string_view request) {
  const Directives found = findDirectives(request);
  EXPECT_TRUE(found.faults.empty()) << request;
  EXPECT_EQ(found.complaints.size(), 1U) << request;
  return found.complaints.empty() ? "" : found.complaints.front();
}

TEST(FindDirectives, FindsThemAnywhereInTheRequest) {
  EXPECT_EQ(faultsOf("@after-read=exit(7)"), List{"after-read = exit(7)"});
  EXPECT_EQ(faultsOf("http://a/ 1/- - GET @before-reply=drop"), List{"before-reply = drop"});
  EXPECT_EQ(faultsOf("a @mid-reply(3)=sleep(5ms) b\t@after-reply=exit(1)"),
            (List{"mid-reply(3) = sleep(5ms)", "after-reply = exit(1)"}));
}

TEST(FindDirectives, OneMayFollowAnotherAfterOneBlank) {
  EXPECT_EQ(faultsOf("@after-read=hang @before-reply=drop @after-reply=abort").size(), 3U);
}

TEST(FindDirectives, ADirectiveMayHoldBlanksAndTexts) {
  EXPECT_EQ(faultsOf("@before-reply = extra-line(\"a @after-read=drop b\") rest"),
            List{R"(before-reply = extra-line("a @after-read=drop b"))"});
}

TEST(FindDirectives, MayHaveATriggerAndAScope) {
  EXPECT_EQ(faultsOf("@before-reply(worker 1)=match(/x/) drop"),
            List{"before-reply(worker 1) = match(/x/) drop"});
}

TEST(FindDirectives, OtherAtSignsAreDataOfTheRequest) {
  for (const std::string_view request :
       {"", "@", "a@after-read=exit(7)", "user@host", "@ after-read=exit(7)", "@1", "@@after-read",
        "@After-read=exit(7)", "\"@after-read=exit(7)\""}) {
    EXPECT_EQ(faultsOf(request), List{}) << request;
  }
}

TEST(FindDirectives, OnlyThePointsOfTheRequestAreAccepted) {
  for (const std::string_view point : {"startup", "idle", "before-read", "on-term", "on-eof"}) {
    EXPECT_TRUE(complaintOf("a @" + std::string(point) + "=exit(1)")
                    .starts_with("request: expected a point of this request: after-read, "
                                 "mid-reply, before-reply or after-reply at column 1: "))
        << point;
  }
}

TEST(FindDirectives, WhatIsNoFaultIsComplainedAbout) {
  EXPECT_TRUE(complaintOf("x @nobody").starts_with("request: expected a point: startup, idle"));
  EXPECT_TRUE(complaintOf("@after-read=exit(256) b")
                  .starts_with("request: expected a whole number from 0 to 255 at column 17: "));
  EXPECT_TRUE(complaintOf("@after-read=drop)")
                  .starts_with("request: expected a blank or the end after a directive at column "
                               "16: after-read=drop<-- "));
}

TEST(FindDirectives, AWrongOneHidesNoOther) {
  const Directives found = findDirectives("@nobody @after-read=drop @else");
  EXPECT_EQ(found.faults.size(), 1U);
  EXPECT_EQ(found.complaints.size(), 2U);
}

TEST(FindDirectives, AComplaintIsOneLineWhateverTheRequestHolds) {
  EXPECT_EQ(complaintOf("@nobody\x1b[m\r").find_first_of("\x1b\r\n"), std::string::npos);
}

TEST(FindDirectives, ADirectiveHasNoChain) {
  EXPECT_TRUE(
      complaintOf("@after-read=drop->off")
          .starts_with("request: expected a blank or the end after a directive at column 16: "));
}

TEST(FindDirectives, LooksAt32WordsAndSaysSoOnce) {
  std::string request;
  for (int i = 0; i < 32; ++i) request += "@after-read=exit(1) ";
  EXPECT_EQ(faultsOf(request).size(), 32U);
  const Directives found = findDirectives(request + "@after-read=exit(1) @after-read=exit(1)");
  EXPECT_EQ(found.faults.size(), 32U);
  ASSERT_EQ(found.complaints.size(), 1U);
  EXPECT_TRUE(found.complaints.front().starts_with("request: more than 32 words"));
}

TEST(FindDirectives, WrongWordsAreAmongThose) {
  std::string request;
  for (int i = 0; i < 1000; ++i) request += "@a ";
  EXPECT_EQ(findDirectives(request).complaints.size(), 33U);
}

TEST(FindDirectives, ACarriageReturnMayEndTheRequest) {
  EXPECT_EQ(faultsOf("a @after-read=exit(7)\r"), List{"after-read = exit(7)"});
}

TEST(FindDirectives, ARequestReadsNoFile) {
  EXPECT_TRUE(complaintOf("@after-read=sleep(empirical(/dev/null))")
                  .starts_with("request: expected a distribution without a file"));
  EXPECT_TRUE(complaintOf("@after-read=sleep(mix(100%:empirical(/dev/null)))")
                  .starts_with("request: expected a distribution without a file"));
}

}  // namespace
}  // namespace iotcpd::fake
