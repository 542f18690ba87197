#include "fake-daemons/grammar/fault_printer.h"

#include <map>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/unit/fake-daemons/support/faults.h"

namespace iotcpd::fake {
namespace {

TEST(PrintFault, HasOneSpaceAroundEachSignAndQuotesTexts) {
  EXPECT_EQ(printFault(faultOf("mid-reply(9)(incarnation 2,worker 1)=2%1*late(a b,1000us)->off")),
            "mid-reply(9)(worker 1, incarnation 2) = 2%1* late(\"a b\", 1ms) -> off");
}

TEST(PrintFault, OnlyMidReplyHasAnOffset) {
  FaultSpec fault = faultOf("idle = off");
  fault.offset = 5;
  EXPECT_EQ(printFault(fault), "idle = off");
}

TEST(Signature, ShowsParametersAndWhichMayBeLeftOut) {
  std::map<std::string_view, std::string> signatures;
  for (const ActionType& type : actionTable()) signatures[type.name] = signature(type);
  EXPECT_EQ(signatures["off"], "off");
  EXPECT_EQ(signatures["exit"], "exit(CODE)");
  EXPECT_EQ(signatures["dribble"], "dribble(BYTES, INTERVAL)");
  EXPECT_EQ(signatures["stderr"], "stderr(SIZE[, RATE])");
  EXPECT_EQ(signatures["linger-child"], "linger-child(TIME[, session])");
}

}  // namespace
}  // namespace iotcpd::fake
