#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "loadgen/result/comparison.h"
#include "loadgen/result/merge_times.h"

namespace iotcpd::loadgen {
namespace {

double seconds(Nanoseconds time) { return std::chrono::duration<double>(time).count(); }

void tellBoth(std::string& text, const std::string& other) {
  if (other == text || other.empty()) return;
  text += text.empty() ? other : "; " + other;
}

void addNew(std::vector<std::string>& all, const std::vector<std::string>& others) {
  for (const std::string& text : others) {
    if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
  }
}

void addRun(RunDescription& sum, const RunDescription& run) {
  tellBoth(sum.version, run.version);
  tellBoth(sum.command, run.command);
  tellBoth(sum.target, run.target);
  tellBoth(sum.rate, run.rate);
  tellBoth(sum.arrivals, run.arrivals);
  tellBoth(sum.think, run.think);
  tellBoth(sum.misbehave, run.misbehave);
  tellBoth(sum.until, run.until);
  tellBoth(sum.expect, run.expect);
  tellBoth(sum.machine, run.machine);
  addNew(sum.requests, run.requests);
  addNew(sum.errorReplies, run.errorReplies);
  sum.connections = std::max(sum.connections, run.connections);
  sum.keepAlive = sum.keepAlive && run.keepAlive;
  sum.pipeline = std::max(sum.pipeline, run.pipeline);
  sum.timeout = std::max(sum.timeout, run.timeout);
  sum.drain = std::max(sum.drain, run.drain);
  sum.warmup = std::max(sum.warmup, run.warmup);
  sum.started = std::min(sum.started, run.started);
  sum.mergedRuns += run.mergedRuns;
}

void addCounts(Result& sum, const Result& result) {
  sum.planned += result.planned;
  sum.sent += result.sent;
  sum.warmupRequests += result.warmupRequests;
  sum.outcomes.add(result.outcomes);
  for (std::size_t i = 0; i < kBehaviourCount; ++i) sum.misbehaved[i].add(result.misbehaved[i]);
  sum.bytesSent += result.bytesSent;
  sum.bytesReceived += result.bytesReceived;
}

void addHistograms(Result& sum, const Result& result) {
  for (std::size_t i = 0; i < kOutcomeCount; ++i) sum.latency[i].merge(result.latency[i]);
  sum.service.merge(result.service);
  sum.sendLag.merge(result.sendLag);
  sum.connect.merge(result.connect);
  sum.firstByte.merge(result.firstByte);
  sum.self.ownLag.merge(result.self.ownLag);
}

void addSelfCheck(SelfCheck& sum, const SelfCheck& self, std::size_t number) {
  sum.cpuShare = std::max(sum.cpuShare, self.cpuShare);
  sum.stealShare = std::max(sum.stealShare, self.stealShare);
  sum.involuntarySwitches += self.involuntarySwitches;
  sum.stalled += self.stalled;
  sum.longestStall = std::max(sum.longestStall, self.longestStall);
  for (const std::string& text : self.problems) {
    sum.problems.push_back(fmt::format("run {}: {}", number, text));
  }
  for (const std::string& text : self.warnings) {
    sum.warnings.push_back(fmt::format("run {}: {}", number, text));
  }
}

/// The runs are independent of each other: variances of their means add up, and so do the
/// independent samples that each is worth.
void setMean(Result& sum, const std::vector<Result>& results) {
  const auto samplesOf = [](const Result& result) {
    return static_cast<double>(result.okLatency().count());
  };
  const double all = samplesOf(sum);
  if (all == 0) return;
  double variance = 0;
  double independent = 0;
  bool isKnown = true;
  sum.meanLatency = 0;
  for (const Result& result : results) {
    const double weight = samplesOf(result) / all;
    sum.meanLatency += weight * result.meanLatency;
    independent += samplesOf(result) * result.effectiveShare;
    isKnown = isKnown && (weight == 0 || result.meanHalfWidth >= 0);
    variance += std::pow(weight * result.meanHalfWidth, 2);
  }
  sum.meanHalfWidth = isKnown ? std::sqrt(variance) : -1;
  sum.effectiveShare = std::min(independent / all, 1.0);
}

/// What is told per second: of each run over its own time, together over all the time.
void setRates(Result& sum, const std::vector<Result>& results, Nanoseconds measured) {
  double planned = 0;
  double inFlight = 0;
  double littles = 0;
  for (const Result& result : results) {
    planned += result.targetRate * seconds(result.measured);
    inFlight += result.self.meanInFlight * seconds(result.measured);
    littles += result.self.littlesInFlight * seconds(result.measured);
  }
  sum.measured = measured;
  const double all = seconds(measured);
  sum.targetRate = all > 0 ? planned / all : 0;
  sum.self.meanInFlight = all > 0 ? inFlight / all : 0;
  sum.self.littlesInFlight = all > 0 ? littles / all : 0;
}

void expectAddable(const Result& first, const Result& other, std::size_t number) {
  if (first.run.isOpenLoop == other.run.isOpenLoop) return;
  const auto name = [](const Result& result) {
    return result.run.isOpenLoop ? "an open" : "a closed";
  };
  throw std::invalid_argument(
      fmt::format("results cannot be added: number 1 is of {} loop, number {} of {} one; their "
                  "latencies mean different things",
                  name(first), number, name(other)));
}

}  // namespace

Result mergeResults(const std::vector<Result>& results) {
  Result sum = results.front();
  if (results.size() == 1) return sum;
  const MergedTimes times = mergedTimes(results);
  sum.serviceUnderTest.reset();
  sum.daemons.reset();
  sum.assertions.clear();
  sum.self.problems.clear();
  sum.self.warnings = mergeCautions(results);
  sum.self.involuntarySwitches = 0;
  sum.self.stalled = {};
  sum.self.longestStall = {};
  addSelfCheck(sum.self, results.front().self, 1);
  for (std::size_t i = 1; i < results.size(); ++i) {
    expectAddable(results.front(), results[i], i + 1);
    addRun(sum.run, results[i].run);
    addCounts(sum, results[i]);
    addHistograms(sum, results[i]);
    addSelfCheck(sum.self, results[i].self, i + 1);
  }
  setMean(sum, results);
  setRates(sum, results, times.measured);
  sum.timeline = mergedTimeline(results, times.places);
  return sum;
}

}  // namespace iotcpd::loadgen
