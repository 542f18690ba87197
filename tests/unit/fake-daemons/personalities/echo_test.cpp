#include <gtest/gtest.h>

#include "fake-daemons/personalities/kinds.h"

namespace iotcpd::fake {
namespace {

TEST(Echo, AnswersTheRequestByteForByte) {
  const auto echo = makeEcho();
  for (const std::string line : {"a b\n", "\n", "7 a\n", "no newline", "", "\x01\xff \r\n"}) {
    Request request;
    request.line = line;
    EXPECT_EQ(echo->reply(request), line);
  }
}

}  // namespace
}  // namespace iotcpd::fake
