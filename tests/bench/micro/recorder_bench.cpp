#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "common/random/random_stream.h"
#include "common/text/token.h"
#include "loadgen/result/confidence.h"
#include "loadgen/result/recorder.h"
#include "loadgen/result/reply_check.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::size_t kTimes = 4096;

/// Exponential times of 200 us, so that a few hundred cells of each histogram are in use.
std::vector<Nanoseconds> serviceTimes() {
  RandomStream random(1, "service times");
  std::vector<Nanoseconds> times(kTimes);
  for (Nanoseconds& time : times) {
    time = Nanoseconds(static_cast<std::int64_t>(-200'000 * std::log1p(-random.uniform())));
  }
  return times;
}

HdrHistogram filledHistogram(std::int64_t count) {
  const std::vector<Nanoseconds> times = serviceTimes();
  HdrHistogram histogram = makeTimeHistogram();
  for (std::int64_t i = 0; i < count; ++i) {
    histogram.record(times[static_cast<std::size_t>(i) % kTimes].count());
  }
  return histogram;
}

/// A request from the send to a reply that is ok, the ends of intervals included. The argument is
/// the rate per second: the faster, the more requests share the cost of an interval's end.
void BM_record_request(benchmark::State& state) {
  const std::vector<Nanoseconds> times = serviceTimes();
  const Nanoseconds gap(1'000'000'000 / state.range(0));
  TimePoint now{std::chrono::hours(1)};
  Recorder recorder({}, std::chrono::seconds(1));
  recorder.begin(now);
  std::size_t next = 0;
  for (auto _ : state) {
    const SentRequest request{now, now + Nanoseconds(2000), Behaviour::kOrdinary};
    const TimePoint replied = request.sent + times[next];
    recorder.onSent(request, Nanoseconds(2000));
    recorder.onFirstByte(request, replied);
    recorder.onOutcome(request, Outcome::kOk, replied);
    now += gap;
    next = (next + 1) % kTimes;
  }
  benchmark::DoNotOptimize(recorder.finish(now).planned);
}
BENCHMARK(BM_record_request)->Arg(20'000)->Arg(200'000)->Arg(2'000'000);

/// Once a second: histograms are merged and emptied, the timeline gets its point. The argument is
/// how many replies there were; two, and it is the memory alone.
void BM_end_interval(benchmark::State& state) {
  const std::vector<Nanoseconds> times = serviceTimes();
  TimePoint now{std::chrono::hours(1)};
  Recorder recorder({}, std::chrono::seconds(1));
  recorder.begin(now);
  for (auto _ : state) {
    state.PauseTiming();
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      const SentRequest request{now, now, Behaviour::kOrdinary};
      recorder.onSent(request, {});
      recorder.onOutcome(request, Outcome::kOk, now + times[static_cast<std::size_t>(i) % kTimes]);
    }
    now += std::chrono::seconds(1);
    state.ResumeTiming();
    recorder.advance(now + Nanoseconds(1));
  }
}
BENCHMARK(BM_end_interval)->Arg(2)->Arg(1000)->Iterations(500);

/// What --until asks for a few times a second. The argument is the samples: with few of them the
/// binomial distribution is summed up, with many approximated.
void BM_find_percentile_interval(benchmark::State& state) {
  const HdrHistogram histogram = filledHistogram(state.range(0));
  for (auto _ : state) {
    auto interval = percentileInterval(histogram, 99);
    benchmark::DoNotOptimize(interval);
  }
}
BENCHMARK(BM_find_percentile_interval)->Arg(400)->Arg(20'000)->Arg(2'000'000);

/// A squidGuard-like reply that carries its request's token; the argument says whether --expect
/// looks at it too.
void BM_judge_reply(benchmark::State& state) {
  const std::string reply = "OK rewrite-url=\"http://block.example/?u=" + formatToken(7) + "\"";
  const ReplyCheck check(state.range(0) != 0 ? "^OK rewrite-url=" : "", {"ERR", "BH"});
  for (auto _ : state) {
    Outcome outcome = check.judge(reply, true, 7);
    benchmark::DoNotOptimize(outcome);
  }
}
BENCHMARK(BM_judge_reply)->Arg(0)->Arg(1);

}  // namespace
}  // namespace iotcpd::loadgen
