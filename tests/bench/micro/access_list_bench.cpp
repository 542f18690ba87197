#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "redirector/policy/access_list.h"

namespace iotcpd::redirector {
namespace {

/// What every connection pays. Range: sources that have one open already; a proxy is one, a campus
/// thousands.
void BM_admit_release(benchmark::State& state) {
  SourceCounts counts(1);
  AccessList access(counts, 0, {}, 1000);
  const auto addressOf = [](std::int64_t number) {
    return IpAddress::parse("10.1." + std::to_string(number / 256) + "." +
                            std::to_string(number % 256))
        .value();
  };
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    benchmark::DoNotOptimize(access.admit(addressOf(i)));
  }
  const IpAddress source = addressOf(0);
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(access.admit(source));
    access.release(source);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_admit_release)->Arg(0)->Arg(1)->Arg(10'000);

}  // namespace
}  // namespace iotcpd::redirector
