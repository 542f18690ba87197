#include "loadgen/drive/port_budget.h"

#include <gtest/gtest.h>

namespace iotcpd::loadgen {
namespace {

TEST(PortBudget, AFifthOfThePortsIsLeftAlone) {
  const PortBudget budget{.portsPerAddress = 1000};
  EXPECT_EQ(budget.addressesFor(800), 1U);
  EXPECT_EQ(budget.addressesFor(801), 2U);
  EXPECT_EQ(budget.addressesFor(8000), 10U);
}

TEST(PortBudget, TheKernelOffersSome) { EXPECT_GT(PortBudget::read().portsPerAddress, 0U); }

}  // namespace
}  // namespace iotcpd::loadgen
