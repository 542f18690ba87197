#include "common/text/printable.h"

#include <string>

#include <gtest/gtest.h>

namespace iotcpd {
namespace {

TEST(Printable, TextStaysAsItIs) { EXPECT_EQ(printable("d\xc3\xa4mon ~ 1"), "d\xc3\xa4mon ~ 1"); }

TEST(Printable, ControlBytesAreShown) {
  EXPECT_EQ(printable(std::string_view("a\n\0\x1b\x7f", 5)), "a\\x0a\\x00\\x1b\\x7f");
}

}  // namespace
}  // namespace iotcpd
