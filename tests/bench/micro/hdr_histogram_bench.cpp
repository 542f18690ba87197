#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "common/random/random_stream.h"
#include "common/stats/hdr_codec.h"
#include "common/stats/hdr_histogram.h"

namespace iotcpd {
namespace {

constexpr std::int64_t kHour = 3'600'000'000'000;

/// Service times in nanoseconds: 100 us and a tail, so that a few hundred cells are in use, not
/// one.
std::vector<std::int64_t> serviceTimes(std::size_t count) {
  RandomStream random(1, "service times");
  std::vector<std::int64_t> times(count);
  for (std::int64_t& time : times) {
    time = static_cast<std::int64_t>(100'000 / (1.0 - 0.999 * random.uniform()));
  }
  return times;
}

HdrHistogram filled(int digits) {
  HdrHistogram histogram(1, kHour, digits);
  for (const std::int64_t time : serviceTimes(100'000)) histogram.record(time);
  return histogram;
}

/// Once per reply. The argument is the digits.
void BM_record_service_time(benchmark::State& state) {
  const std::vector<std::int64_t> times = serviceTimes(4096);
  HdrHistogram histogram(1, kHour, static_cast<int>(state.range(0)));
  std::size_t next = 0;
  for (auto _ : state) {
    histogram.record(times[next]);
    next = (next + 1) % 4096;
    benchmark::ClobberMemory();
  }
  benchmark::DoNotOptimize(histogram.count());
}
BENCHMARK(BM_record_service_time)->Arg(2)->Arg(3)->Arg(5);

/// What a report asks for, per percentile.
void BM_find_percentile(benchmark::State& state) {
  const HdrHistogram histogram = filled(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    std::int64_t value = histogram.valueAtPercentile(99.9);
    benchmark::DoNotOptimize(value);
  }
}
BENCHMARK(BM_find_percentile)->Arg(2)->Arg(3)->Arg(5);

/// Once per worker at the end of a run.
void BM_merge_histograms(benchmark::State& state) {
  const HdrHistogram other = filled(static_cast<int>(state.range(0)));
  HdrHistogram sum(1, kHour, static_cast<int>(state.range(0)));
  for (auto _ : state) {
    sum.merge(other);
    benchmark::DoNotOptimize(sum.count());
  }
}
BENCHMARK(BM_merge_histograms)->Arg(2)->Arg(3)->Arg(5);

/// Once per row of a log, and for each histogram of a result.
void BM_encode_histogram(benchmark::State& state) {
  const HdrHistogram histogram = filled(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    std::string text = encodeHistogram(histogram);
    benchmark::DoNotOptimize(text);
  }
  state.counters["bytes"] = static_cast<double>(encodeHistogram(histogram).size());
}
BENCHMARK(BM_encode_histogram)->Arg(2)->Arg(3)->Arg(5);

/// What merging and comparing results does for each histogram.
void BM_decode_histogram(benchmark::State& state) {
  const std::string text = encodeHistogram(filled(static_cast<int>(state.range(0))));
  for (auto _ : state) {
    HdrHistogram histogram = decodeHistogram(text);
    benchmark::DoNotOptimize(histogram);
  }
}
BENCHMARK(BM_decode_histogram)->Arg(2)->Arg(3)->Arg(5);

}  // namespace
}  // namespace iotcpd
