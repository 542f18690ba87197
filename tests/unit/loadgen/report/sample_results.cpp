#include "tests/unit/loadgen/report/sample_results.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/random/distribution.h"
#include "common/random/random_stream.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kSeed = 20261126;
constexpr std::uint64_t kConnections = 64;

/// What a run is drawn from.
struct Scenario {
  std::string_view name;
  std::uint64_t requests;
  double perSecond;
  std::string_view service;  ///< distribution of the service time
  double errorShare;         ///< end in one of `errors`, evenly
  std::vector<Outcome> errors;
  Nanoseconds stallFrom{}, stallTo{};
};

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all{
      {"steady",
       60'000,
       1000,
       "mix(98%:lognormal(900us, p99=4ms), 2%:uniform(4ms, 30ms))",
       0.0006,
       {Outcome::kTimeout, Outcome::kReset}},
      {"stall", 60'000, 1000, "lognormal(800us, p99=3ms)", 0, {}, seconds(30), seconds(31)},
      {"few", 150, 10, "exp(20ms)", 0, {}},
      {"closed", 40'000, 8000, "exp(5ms)", 0.001, {Outcome::kErrorReply}},
      {"hostile",
       3000,
       300,
       "exp(3ms)",
       0.4,
       {Outcome::kErrorReply, Outcome::kWrongReply, Outcome::kCrossTalk, Outcome::kEmpty,
        Outcome::kTruncated, Outcome::kTimeout, Outcome::kRefused, Outcome::kReset,
        Outcome::kCensored}},
      {"refused", 500, 100, "1ms", 1, {Outcome::kRefused}},
  };
  return all;
}

/// Tells a Sample of one request after another, as a recorder would be told.
class SampleMaker {
 public:
  explicit SampleMaker(const Scenario& scenario) : scenario_(scenario) {
    Result& result = sample_.result;
    result.planned = scenario.requests;
    result.measured = duration_cast<Nanoseconds>(
        std::chrono::duration<double>(static_cast<double>(scenario.requests) / scenario.perSecond));
    const auto length =
        static_cast<std::size_t>((result.measured + seconds(1) - Nanoseconds(1)) / seconds(1));
    for (std::size_t i = 0; i < length; ++i) {
      RunInterval interval;
      interval.start = seconds(i);
      interval.length = std::min<Nanoseconds>(seconds(1), result.measured - interval.start);
      sample_.intervals.push_back(std::move(interval));
    }
  }

  Sample make() {
    for (std::uint64_t i = 0; i < scenario_.requests; ++i) request(i);
    Result& result = sample_.result;
    result.meanLatency = result.okLatency().mean();
    if (result.okLatency().count() > 1000) result.meanHalfWidth = result.meanLatency * 0.031;
    result.effectiveShare = 0.82;
    for (const RunInterval& interval : sample_.intervals) {
      TimelinePoint point;
      point.start = interval.start;
      point.length = interval.length;
      point.sent = interval.sent;
      point.outcomes = interval.outcomes;
      fill(point.latency, interval.latency);
      result.timeline.push_back(std::move(point));
    }
    return std::move(sample_);
  }

 private:
  void request(std::uint64_t index) {
    const auto due = duration_cast<Nanoseconds>(
        std::chrono::duration<double>(static_cast<double>(index) / scenario_.perSecond));
    const Nanoseconds ownLag = lag_.sample(random_);
    Nanoseconds lag = ownLag;
    Nanoseconds serviceTime = service_.sample(random_);
    if (due >= scenario_.stallFrom && due < scenario_.stallTo) {
      // As long as there are connections the service keeps requests waiting, then the generator.
      (stalled_++ < kConnections ? serviceTime : lag) += scenario_.stallTo - due;
    }
    const double draw = random_.uniform();
    Outcome outcome = Outcome::kOk;
    if (draw < scenario_.errorShare) {
      const auto count = static_cast<double>(scenario_.errors.size());
      outcome = scenario_.errors[static_cast<std::size_t>(draw / scenario_.errorShare * count)];
    }
    record({due, lag, ownLag, serviceTime}, outcome);
  }

  struct Times {
    Nanoseconds due, lag, ownLag, service;
  };

  void record(const Times& times, Outcome outcome) {
    Result& result = sample_.result;
    const Nanoseconds latency = times.lag + times.service;
    const auto last = static_cast<std::int64_t>(sample_.intervals.size()) - 1;
    const auto at = [&](Nanoseconds time) -> RunInterval& {
      return sample_
          .intervals[static_cast<std::size_t>(std::min<std::int64_t>(time / seconds(1), last))];
    };
    if (outcome != Outcome::kCensored) {
      ++result.sent;
      ++at(times.due + times.lag).sent;
      result.bytesSent += 17;
      result.sendLag.record(times.lag.count());
      result.self.ownLag.record(times.ownLag.count());
      result.connect.record(40'000 + times.ownLag.count());
    }
    result.outcomes.add(outcome);
    result.latency[static_cast<std::size_t>(outcome)].record(latency.count());
    RunInterval& interval = at(times.due + latency);
    interval.outcomes.add(outcome);
    if (outcome != Outcome::kOk) return;
    result.bytesReceived += 17;
    result.service.record(times.service.count());
    result.firstByte.record(times.service.count() - times.service.count() / 20);
    interval.latency.record(latency.count());
    interval.service.record(times.service.count());
  }

  static void fill(HdrHistogram& coarse, const HdrHistogram& fine) {
    for (std::size_t i = 0; i < fine.counts().size(); ++i) {
      const std::int64_t value = std::clamp(fine.cellHighest(i), fine.min(), fine.max());
      if (fine.counts()[i] > 0) coarse.record(value, fine.counts()[i]);
    }
  }

  const Scenario& scenario_;
  RandomStream random_{kSeed, scenario_.name};
  Distribution service_ = Distribution::parse(scenario_.service);
  Distribution lag_ = Distribution::parse("exp(25us)");
  std::uint64_t stalled_ = 0;
  Sample sample_;
};

RunDescription describe(const Scenario& scenario) {
  RunDescription run;
  run.version = "2.0.0";
  run.target = "127.0.0.1:9991";
  run.isOpenLoop = true;
  run.rate = std::to_string(static_cast<int>(scenario.perSecond)) + "/s";
  run.arrivals = "poisson";
  run.command = "iotcpd-loadgen run --rate " + run.rate +
                " --arrivals poisson --seed 42 --json a.json 127.0.0.1:9991";
  run.connections = kConnections;
  run.requests = {"{token}"};
  run.timeout = seconds(10);
  run.seed = 42;
  run.started = std::chrono::system_clock::time_point(
      duration_cast<std::chrono::system_clock::duration>(Nanoseconds(1'795'690'800'123'456'789)));
  run.machine = "2 cores, AMD EPYC, Linux 6.1";
  return run;
}

void serveARedirector(Result& result) {
  result.run.warmup = seconds(2);
  result.warmupRequests = 1987;
  result.serviceUnderTest = ServiceReport{"iotcpd -n 8 -d cat -p 0",
                                          "127.0.0.1:43210",
                                          {{"queries total", "61987"},
                                           {"queries replied", "61951"},
                                           {"queries delayed", "4021"},
                                           {"queries timeout", "0"},
                                           {"queries failed", "19"},
                                           {"queries unknown", "17"},
                                           {"daemon spawns", "8"},
                                           {"uptime", "63"},
                                           {"version", "2.0.0"}},
                                          0};
  result.self.warnings = {"27 % of the local ports are in TIME_WAIT."};
  result.assertions = {{"p99 < 50ms", "17.8ms", true},
                       {"rate >= 0.99 * target", "0.9993 * target", true},
                       {"errors == 0", "45", false}};
}

void runDaemons(Result& result) {
  result.run.target = "exec:squidGuard -c x.conf";
  result.run.connections = 2;
  result.run.keepAlive = true;
  result.daemons = DaemonsReport{.command = "squidGuard -c x.conf",
                                 .count = 2,
                                 .started = 1005,
                                 .ended = 1002,
                                 .killed = 1,
                                 .lastEnd = -11};
}

void closeTheLoop(Result& result) {
  result.run.isOpenLoop = false;
  result.run.rate.clear();
  result.run.arrivals.clear();
  result.run.think = "exp(5ms)";
  result.run.connections = 80;
  result.run.keepAlive = true;
  result.run.pipeline = 4;
  result.targetRate = 0;
}

void makeHostile(Result& result) {
  const std::string markup = "</script><script>alert(1)</script><!-- ]]> & \"'`";
  const std::string bytes =
      std::string("\0\x01\x1b[31m\x7f", 8) + "\xff\xfe \xc3\xa4 \xe2\x82\xac \\ \r\n";
  result.run.target = "unix:/run/" + markup;
  result.run.command = bytes + markup;
  result.run.requests = {markup, bytes, std::string(300, 'x'), "{{SCRIPT}} {{DATA}}"};
  result.run.misbehave = "slow-loris:1%, rst:1%";
  result.run.until = "p99+-5%";
  result.run.expect = "^OK \"<&>";
  result.run.errorReplies = {"ERR", "BH"};
  result.run.drain = std::chrono::milliseconds(2500);
  result.run.seed = 18'446'744'073'709'551'615U;
  result.run.mergedRuns = 3;
  result.self.problems = {markup, "It was starved: the send lag's p99 is 12 ms." + bytes,
                          "A third."};
  result.self.warnings = {bytes + markup, "b", "c"};
  for (int i = 0; i < 6; ++i) result.assertions.push_back({markup + bytes, bytes, i == 0});
  result.serviceUnderTest =
      ServiceReport{markup + std::string(200, 'y'), bytes, {{markup, bytes}}, -9};
  for (std::size_t i = 1; i < kBehaviourCount; ++i) {
    for (std::size_t j = 0; j < kOutcomeCount; ++j) {
      result.misbehaved[i].add(static_cast<Outcome>(j), i * 100'000 + j);
    }
    result.planned += result.misbehaved[i].total();
  }
}

}  // namespace

Sample makeSample(std::string_view name) {
  const auto found = std::find_if(scenarios().begin(), scenarios().end(),
                                  [&](const Scenario& scenario) { return scenario.name == name; });
  if (found == scenarios().end()) throw std::invalid_argument("no such sample");
  Sample sample = SampleMaker(*found).make();
  Result& result = sample.result;
  result.run = describe(*found);
  result.targetRate = found->perSecond;
  result.self.cpuShare = 0.31;
  result.self.stealShare = 0.004;
  result.self.involuntarySwitches = 1234;
  result.self.stalled = std::chrono::milliseconds(17);
  result.self.longestStall = std::chrono::milliseconds(9);
  result.self.meanInFlight = result.rate() * result.service.mean() / 1e9;
  result.self.littlesInFlight = result.self.meanInFlight * 1.002;
  if (name == "steady") serveARedirector(result);
  if (name == "few") runDaemons(result);
  if (name == "closed") closeTheLoop(result);
  if (name == "hostile") makeHostile(result);
  return sample;
}

}  // namespace iotcpd::loadgen
