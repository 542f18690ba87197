#include "tests/fuzz/result_properties.h"

#include "common/text/scanner.h"
#include "loadgen/result/assertion.h"
#include "loadgen/result/until.h"
#include "tests/fuzz/refusal.h"

namespace iotcpd::fuzz {
namespace {

using loadgen::Assertion;
using loadgen::Outcome;
using loadgen::Result;
using loadgen::Until;

Result someResult() {
  Result result;
  result.measured = std::chrono::seconds(1);
  result.targetRate = 400;
  result.planned = result.sent = 400;
  result.outcomes.add(Outcome::kOk, 400);
  result.latency[0].record(1'000'000, 400);
  return result;
}

}  // namespace

std::string assertionTrouble(std::string_view text) {
  static const Result kResults[] = {Result(), someResult()};
  Assertion assertion;
  try {
    assertion = Assertion::parse(text);
  } catch (const SyntaxError& error) {
    return refusalTrouble(text, error);
  }
  for (const Result& result : kResults) {
    const auto verdict = assertion.judge(result);
    if (verdict.text != assertion.text()) return "judged as another: " + verdict.text;
    if (verdict.actual.empty()) return "judged by nothing: " + verdict.text;
  }
  try {
    const Assertion again = Assertion::parse(assertion.text());
    if (!(again == assertion)) return "reads back as another: " + assertion.text();
  } catch (const SyntaxError& error) {
    return "does not read back: " + assertion.text() + ": " + error.what();
  }
  return {};
}

std::string untilTrouble(std::string_view text) {
  static const HdrHistogram kLatency = someResult().okLatency();
  Until until;
  try {
    until = Until::parse(text);
  } catch (const SyntaxError& error) {
    return refusalTrouble(text, error);
  }
  if (until.percentile <= 0 || until.percentile >= 100) return "no percentile: " + until.text;
  if (until.halfWidth <= 0 || until.halfWidth > 1) return "no share: " + until.text;
  static_cast<void>(until.isReached(kLatency, 0.5));
  try {
    const Until again = Until::parse(until.text);
    const bool isSame = again.percentile == until.percentile &&
                        again.halfWidth == until.halfWidth && again.text == until.text;
    if (!isSame) return "reads back as another: " + until.text;
  } catch (const SyntaxError& error) {
    return "does not read back: " + until.text + ": " + error.what();
  }
  return {};
}

}  // namespace iotcpd::fuzz
