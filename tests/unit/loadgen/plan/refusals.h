#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/text/scanner.h"
#include "loadgen/plan/plan.h"

namespace iotcpd::loadgen {

/// A text that its grammar refuses, and what the error says: the column and how the expectation
/// begins.
struct Refusal {
  std::string_view text;
  std::size_t column;
  std::string_view expected;
};

/// What `read` of a text throws; empty when it throws nothing.
template <typename Read>
std::string syntaxErrorOf(std::string_view text, const Read& read) {
  try {
    static_cast<void>(read(text));
  } catch (const SyntaxError& e) {
    return e.what();
  }
  return "";
}

template <typename Read>
void expectRefusals(const std::vector<Refusal>& refusals, const Read& read) {
  for (const Refusal& refusal : refusals) {
    const std::string error = syntaxErrorOf(refusal.text, read);
    EXPECT_TRUE(error.starts_with(fmt::format("expected {}", refusal.expected)))
        << refusal.text << "\n  " << error;
    EXPECT_NE(error.find(fmt::format(" at column {}: ", refusal.column)), std::string::npos)
        << refusal.text << "\n  " << error;
  }
}

/// What making something of a file throws; empty when it throws nothing.
template <typename Make>
std::string planErrorOf(const Make& make) {
  try {
    make();
  } catch (const PlanError& e) {
    return e.what();
  }
  return "";
}

}  // namespace iotcpd::loadgen
