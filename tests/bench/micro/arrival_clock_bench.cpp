#include <string_view>

#include <benchmark/benchmark.h>

#include "loadgen/plan/rate_schedule.h"

namespace iotcpd::loadgen {
namespace {

/// The next due time; a schedule that has ended begins again.
void nextArrival(benchmark::State& state, std::string_view text, Arrivals arrivals) {
  const RateSchedule schedule = RateSchedule::parse(text);
  const auto begin = [&] { return ArrivalClock(schedule, arrivals, RandomStream(1, "arrivals")); };
  ArrivalClock clock = begin();
  for (auto _ : state) {
    auto due = clock.next();
    benchmark::DoNotOptimize(due);
    if (!due) clock = begin();
  }
}

void BM_next_constant(benchmark::State& state) {
  nextArrival(state, "100000/s", Arrivals::kConstant);
}
BENCHMARK(BM_next_constant);

void BM_next_poisson(benchmark::State& state) {
  nextArrival(state, "100000/s", Arrivals::kPoisson);
}
BENCHMARK(BM_next_poisson);

/// Square roots, and the integral to make them exact.
void BM_next_in_ramp(benchmark::State& state) {
  nextArrival(state, "ramp to 100000/s over 1h", Arrivals::kConstant);
}
BENCHMARK(BM_next_in_ramp);

/// A schedule of everyday use.
void BM_next_of_parts(benchmark::State& state) {
  nextArrival(state, "100/s for 10s, ramp to 2000/s over 30s, step 500/s every 5s",
              Arrivals::kPoisson);
}
BENCHMARK(BM_next_of_parts);

}  // namespace
}  // namespace iotcpd::loadgen
