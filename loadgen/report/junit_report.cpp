#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "loadgen/report/figures.h"
#include "loadgen/report/reports.h"
#include "loadgen/report/result_format.h"
#include "loadgen/report/xml_text.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::string_view kSuite = "iotcpd-loadgen";

void property(std::string& xml, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  fmt::format_to(std::back_inserter(xml), "      <property name=\"{}\" value=\"{}\"/>\n",
                 xmlText(name), xmlText(value));
}

void properties(std::string& xml, const RunDescription& run) {
  xml += "    <properties>\n";
  property(xml, "version", run.version);
  property(xml, "command", run.command);
  property(xml, "target", run.target);
  property(xml, "loop", run.isOpenLoop ? kOpenLoop : kClosedLoop);
  property(xml, "rate", run.rate);
  property(xml, "arrivals", run.arrivals);
  property(xml, "think", run.think);
  property(xml, "connections", std::to_string(run.connections));
  property(xml, "keep-alive", run.keepAlive ? "yes" : "no");
  property(xml, "pipeline", std::to_string(run.pipeline));
  for (const std::string& request : run.requests) property(xml, "request", request);
  property(xml, "misbehave", run.misbehave);
  property(xml, "seed", std::to_string(run.seed));
  property(xml, "machine", run.machine);
  xml += "    </properties>\n";
}

/// `trouble` is empty for a case that passed; else `element` says of which kind it is.
void testCase(std::string& xml, std::string_view name, double seconds, std::string_view element,
              std::string_view trouble) {
  fmt::format_to(std::back_inserter(xml), R"(    <testcase classname="{}" name="{}" time="{:.3f}")",
                 kSuite, xmlText(name), seconds);
  if (trouble.empty()) {
    xml += "/>\n";
    return;
  }
  fmt::format_to(std::back_inserter(xml), ">\n      <{} message=\"{}\"/>\n    </testcase>\n",
                 element, xmlText(trouble));
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += (text.empty() ? "" : " ") + sentence;
  return text;
}

}  // namespace

std::string junitReport(const Result& result) {
  std::size_t failures = 0;
  for (const AssertionVerdict& verdict : result.assertions) failures += verdict.passed ? 0 : 1;
  const double seconds = inSeconds(result.measured);
  const std::string counts =
      fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="0" time="{:.3f}")",
                  result.assertions.size() + 1, failures, result.self.isValid() ? 0 : 1, seconds);

  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  fmt::format_to(std::back_inserter(xml), "<testsuites {}>\n", counts);
  // Without a zone, as the schema of JUnit wants it; it is UTC.
  fmt::format_to(std::back_inserter(xml), "  <testsuite name=\"{}\" {} timestamp=\"{}\">\n", kSuite,
                 counts, formatInstant(result.run.started).substr(0, 19));
  properties(xml, result.run);
  testCase(xml, "the run is valid", seconds, "error", joined(result.self.problems));
  for (const AssertionVerdict& verdict : result.assertions) {
    testCase(xml, verdict.text, 0, "failure",
             verdict.passed ? "" : fmt::format("{}: it was {}", verdict.text, verdict.actual));
  }
  fmt::format_to(std::back_inserter(xml), "    <system-out>{}</system-out>\n",
                 xmlText(textReport(result)));
  return xml + "  </testsuite>\n</testsuites>\n";
}

}  // namespace iotcpd::loadgen
