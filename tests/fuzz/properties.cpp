#include "tests/fuzz/properties.h"

#include <algorithm>

#include "common/random/distribution.h"
#include "fake-daemons/actions/action_table.h"
#include "fake-daemons/grammar/fault_parser.h"
#include "fake-daemons/grammar/fault_printer.h"
#include "tests/fuzz/refusal.h"

namespace iotcpd::fuzz {
namespace {

using fake::actionTable;
using fake::FaultSpec;
using fake::parseFault;
using fake::printFault;

/// Inputs that are somebody else's business: empirical(FILE) opens files, and regcomp(3) of glibc
/// takes memory without bounds for a repetition of a repetition.
bool isOutside(std::string_view text) {
  if (text.find("empirical") != std::string_view::npos) return true;
  return text.find("match") != std::string_view::npos && std::ranges::count(text, '{') > 1;
}

}  // namespace

std::string faultTrouble(std::string_view text) {
  if (isOutside(text)) return {};
  FaultSpec fault;
  try {
    fault = parseFault(text, actionTable());
  } catch (const SyntaxError& error) {
    return refusalTrouble(text, error);
  }
  const std::string printed = printFault(fault);
  try {
    const FaultSpec again = parseFault(printed, actionTable());
    if (!(again == fault)) return "reads back as another fault: " + printed;
    if (printFault(again) != printed) return "does not print the same twice: " + printed;
  } catch (const SyntaxError& error) {
    return "does not read back: " + printed + ": " + error.what();
  }
  return {};
}

std::string distributionTrouble(std::string_view text) {
  if (isOutside(text)) return {};
  Distribution distribution;
  try {
    distribution = Distribution::parse(text);
  } catch (const SyntaxError& error) {
    return refusalTrouble(text, error);
  }
  const std::string printed = distribution.text();
  RandomStream random(1, "fuzz");
  for (const std::uint64_t outstanding : {0UL, 1UL, 1000UL, ~0UL}) {
    const Nanoseconds draw = distribution.sample(random, outstanding);
    const bool isWithin = draw >= Nanoseconds::zero() && draw <= std::chrono::hours(24);
    if (!isWithin) return "draws what is no time from 0 to a day: " + printed;
  }
  try {
    if (Distribution::parse(printed).text() != printed) return "prints another text: " + printed;
  } catch (const SyntaxError& error) {
    return "does not read back: " + printed + ": " + error.what();
  }
  return {};
}

}  // namespace iotcpd::fuzz
