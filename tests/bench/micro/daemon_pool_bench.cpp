#include <cstddef>

#include <benchmark/benchmark.h>

#include "redirector/policy/daemon_pool.h"

namespace iotcpd::redirector {
namespace {

/// What every dispatch costs the pool: one daemon out, one back. Half the slots are busy
/// throughout, as in a service at half its capacity; the cost must not grow with the pool.
void BM_borrow_giveBack(benchmark::State& state) {
  const auto slots = static_cast<std::size_t>(state.range(0));
  DaemonPool pool(slots);
  for (SlotId slot = 0; slot < slots; ++slot) {
    pool.start(slot);
    pool.prove(slot);
  }
  for (std::size_t busy = 0; busy < slots / 2; ++busy) {
    benchmark::DoNotOptimize(pool.borrow());
  }
  for ([[maybe_unused]] auto _ : state) {
    const auto slot = pool.borrow();
    benchmark::DoNotOptimize(slot);
    pool.giveBack(*slot);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_borrow_giveBack)->Arg(4)->Arg(32)->Arg(1024);

/// With --concurrency a pick is the daemon with the fewest loans. Range: how often each of 8 can be
/// lent; all are lent half as often.
void BM_borrow_giveBack_concurrent(benchmark::State& state) {
  constexpr SlotId kSlots = 8;
  const auto capacity = static_cast<std::size_t>(state.range(0));
  DaemonPool pool(kSlots);
  for (SlotId slot = 0; slot < kSlots; ++slot) {
    pool.start(slot);
    pool.prove(slot, capacity);
  }
  for (std::size_t lent = 0; lent < kSlots * capacity / 2; ++lent) {
    benchmark::DoNotOptimize(pool.borrow());
  }
  for ([[maybe_unused]] auto _ : state) {
    const auto slot = pool.borrow();
    benchmark::DoNotOptimize(slot);
    pool.giveBack(*slot);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_borrow_giveBack_concurrent)->Arg(2)->Arg(64)->Arg(4096);

}  // namespace
}  // namespace iotcpd::redirector
