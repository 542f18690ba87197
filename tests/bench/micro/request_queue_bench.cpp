#include <cstddef>
#include <vector>

#include <benchmark/benchmark.h>

#include "redirector/policy/request_queue.h"

namespace iotcpd::redirector {
namespace {

/// Range: how many wait already. 1023 is a queue at its default limit with one place left.
std::vector<QueueEntry> fill(RequestQueue& queue, std::size_t waiting) {
  std::vector<QueueEntry> entries(waiting);
  for (QueueEntry& entry : entries) {
    benchmark::DoNotOptimize(queue.join(entry, TimePoint{}));
  }
  return entries;
}

/// Overload as it is meant to be: the longest waiting request is served, a new one joins.
void BM_join_serve(benchmark::State& state) {
  RequestQueue queue(1024, std::chrono::milliseconds(500));
  const auto entries = fill(queue, static_cast<std::size_t>(state.range(0)));
  QueueEntry newcomer;
  QueueEntry* next = &newcomer;
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(queue.join(*next, TimePoint{}));
    next = queue.front();
    queue.leave(*next);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_join_serve)->Arg(0)->Arg(63)->Arg(1023);

/// What the loop asks before every wait for events.
void BM_check_deadline(benchmark::State& state) {
  RequestQueue queue(1024, std::chrono::milliseconds(500));
  const auto entries = fill(queue, static_cast<std::size_t>(state.range(0)));
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(queue.expired(TimePoint{}));
    benchmark::DoNotOptimize(queue.earliestDeadline());
  }
}
BENCHMARK(BM_check_deadline)->Arg(0)->Arg(63)->Arg(1023);

}  // namespace
}  // namespace iotcpd::redirector
