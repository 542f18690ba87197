#include <cstddef>
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "redirector/policy/report.h"

namespace iotcpd::redirector {
namespace {

/// USR1 from the counters to the text, in one go within the loop: it delays every client by this
/// much. Range: replies counted before; the histograms are walked whatever they hold.
void BM_format_statistics(benchmark::State& state) {
  Counters counters;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    counters.queryBegan();
    counters.queryHandedOut(Nanoseconds(i));
    counters.queryReplied(Nanoseconds(i), Nanoseconds(i));
  }
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(statisticsText(snapshotOf(counters)));
  }
}
BENCHMARK(BM_format_statistics)->Arg(0)->Arg(1'000)->Arg(1'000'000);

/// USR2. Range: daemons; 1024 is more than anybody runs.
void BM_format_registers(benchmark::State& state) {
  const std::vector<DaemonRegister> daemons(static_cast<std::size_t>(state.range(0)),
                                            {DaemonState::kBusy, 123'456, 3, 1'000'000, 12.345});
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(registersText(daemons));
  }
}
BENCHMARK(BM_format_registers)->Arg(4)->Arg(32)->Arg(1024);

}  // namespace
}  // namespace iotcpd::redirector
