#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/fake-daemons/support/faults.h"

namespace iotcpd::fake {

/// A text that is no fault, and what its error says: the column and how the expectation begins.
struct Wrong {
  std::string_view text;
  std::size_t column;
  std::string_view expected;
};

inline void expectErrors(const std::vector<Wrong>& wrongs) {
  for (const Wrong& wrong : wrongs) {
    const std::string error = faultError(wrong.text);
    EXPECT_TRUE(error.starts_with(fmt::format("expected {}", wrong.expected)))
        << wrong.text << "\n  " << error;
    EXPECT_NE(error.find(fmt::format(" at column {}: ", wrong.column)), std::string::npos)
        << wrong.text << "\n  " << error;
  }
}

inline void expectAccepted(const std::vector<std::string_view>& texts) {
  for (const std::string_view text : texts) EXPECT_EQ(faultError(text), "") << text;
}

}  // namespace iotcpd::fake
