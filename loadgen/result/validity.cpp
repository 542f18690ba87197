#include "loadgen/result/validity.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "loadgen/result/figure_text.h"

namespace iotcpd::loadgen {
namespace {

/// One question after the other.
class Judge {
 public:
  Judge(const ValidityLimits& limits, Result& result) : limits_(limits), result_(result) {}

  void all() {
    emptiness();
    sums();
    ownLag();
    stalls();
    cpuShare();
    steal();
    littlesLaw();
    involuntarySwitches();
    censored();
  }

 private:
  SelfCheck& self() { return result_.self; }
  void problem(std::string sentence) { self().problems.push_back(std::move(sentence)); }
  void warning(std::string sentence) { self().warnings.push_back(std::move(sentence)); }

  void emptiness() {
    if (result_.planned > 0) return;
    problem(fmt::format("no request was due in the measured part, which took {}",
                        timeFigure(static_cast<double>(result_.measured.count()))));
  }

  void sums() {
    std::uint64_t ended = result_.outcomes.total();
    for (const OutcomeCounts& counts : result_.misbehaved) ended += counts.total();
    if (ended == result_.planned) return;
    problem(fmt::format("the outcomes are {} and do not sum to the plan of {} requests", ended,
                        result_.planned));
  }

  void ownLag() {
    const HdrHistogram& lag = self().ownLag;
    if (lag.count() == 0) return;
    const int percentile = lag.count() < limits_.fewSends ? 90 : 99;
    const auto seen = static_cast<double>(lag.valueAtPercentile(percentile));
    const auto limit = static_cast<double>(limits_.ownLag.count());
    const std::string text = fmt::format("the generator itself sent late: p{} of its own lag is {}",
                                         percentile, timeFigure(seen));
    if (seen > limit) {
      problem(fmt::format("{}, above the limit of {}", text, timeFigure(limit)));
      return;
    }
    const HdrHistogram& latency = result_.okLatency();
    const auto median = static_cast<double>(latency.valueAtPercentile(50));
    if (latency.count() == 0 || seen <= median) return;
    warning(
        fmt::format("{}, above the median latency of {}: the upper percentiles are partly its own "
                    "lag",
                    text, timeFigure(median)));
  }

  void stalls() {
    if (result_.measured <= Nanoseconds::zero()) return;
    const double share =
        static_cast<double>(self().stalled.count()) / static_cast<double>(result_.measured.count());
    if (share <= limits_.notableStalledShare) return;
    const std::string text = fmt::format(
        "the generator stood still for {} in all, {} at once, while replies waited for it",
        timeFigure(static_cast<double>(self().stalled.count())),
        timeFigure(static_cast<double>(self().longestStall.count())));
    if (share > limits_.stalledShare) {
      problem(fmt::format("{}: {} of the run, the limit is {}", text, shareFigure(share),
                          shareFigure(limits_.stalledShare)));
    } else {
      warning(text);
    }
  }

  void cpuShare() {
    if (self().cpuShare <= limits_.cpuShare) return;
    problem(fmt::format("the generator was saturated: it used {} of its core, the limit is {}",
                        shareFigure(self().cpuShare), shareFigure(limits_.cpuShare)));
  }

  void steal() {
    const std::string text =
        fmt::format("the hypervisor took {} of the processors", shareFigure(self().stealShare));
    if (self().stealShare > limits_.stealShare) {
      problem(fmt::format("{}, the limit is {}", text, shareFigure(limits_.stealShare)));
    } else if (self().stealShare > limits_.notableSteal) {
      warning(text);
    }
  }

  void littlesLaw() {
    const double difference = littlesDifference(self());
    if (result_.planned < limits_.fewRequests || difference <= limits_.littlesDifference) return;
    problem(
        fmt::format("the generator's books do not agree: {:.4g} requests were in flight on "
                    "average, but by Little's law {:.4g}; {} apart, the limit is {}",
                    self().meanInFlight, self().littlesInFlight, shareFigure(difference),
                    shareFigure(limits_.littlesDifference)));
  }

  void involuntarySwitches() {
    const double seconds = std::chrono::duration<double>(result_.measured).count();
    if (seconds <= 0) return;
    const double rate = static_cast<double>(self().involuntarySwitches) / seconds;
    if (rate <= limits_.involuntarySwitchesPerSecond) return;
    warning(fmt::format("other programs took the generator's core {} times, {}",
                        self().involuntarySwitches, rateFigure(rate)));
  }

  void censored() {
    const std::uint64_t open = result_.outcomes[Outcome::kCensored];
    if (open == 0) return;
    warning(
        fmt::format("{} of {} requests had no outcome when the run ended; how long they would "
                    "have taken is in no percentile",
                    open, result_.planned));
  }

  const ValidityLimits& limits_;
  Result& result_;
};

}  // namespace

double littlesDifference(const SelfCheck& self) {
  const double greater = std::max(std::abs(self.meanInFlight), std::abs(self.littlesInFlight));
  return greater > 0 ? std::abs(self.meanInFlight - self.littlesInFlight) / greater : 0;
}

void judgeValidity(const ValidityLimits& limits, Result& result) { Judge(limits, result).all(); }

}  // namespace iotcpd::loadgen
