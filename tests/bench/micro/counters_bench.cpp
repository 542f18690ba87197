#include <cstddef>
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "common/random/random_stream.h"
#include "redirector/policy/counters.h"

namespace iotcpd::redirector {
namespace {

/// Everything that is counted about a request that is answered. Range: how far the times spread, in
/// µs from 20 µs on; an echo daemon stays within 100, one that looks things up within 100,000. A
/// wide spread touches more cells of the histograms and so more cache lines.
void BM_count_reply(benchmark::State& state) {
  constexpr std::size_t kTimes = 4096;
  RandomStream random(1, "counters-bench");
  std::vector<Nanoseconds> times;
  for (std::size_t i = 0; i < kTimes; ++i) {
    const double us = 20 + random.uniform() * static_cast<double>(state.range(0));
    times.emplace_back(static_cast<std::int64_t>(us * 1'000));
  }
  Counters counters;
  std::size_t i = 0;
  for ([[maybe_unused]] auto _ : state) {
    const Nanoseconds time = times[i++ % kTimes];
    counters.queryBegan();
    counters.received(40);
    counters.queryHandedOut(Nanoseconds(0));
    counters.queryReplied(time, time);
    counters.sent(40);
    benchmark::ClobberMemory();
  }
  benchmark::DoNotOptimize(counters.total());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_count_reply)->Arg(100)->Arg(10'000)->Arg(100'000);

}  // namespace
}  // namespace iotcpd::redirector
