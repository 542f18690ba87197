#include <cstddef>
#include <vector>

#include <benchmark/benchmark.h>

#include "redirector/edge/reply_order.h"

namespace iotcpd::redirector {
namespace {

/// A connection whose replies come in order: each takes its turn and leaves as a new request comes.
/// Range: how many are under way, 64 is --max-pipeline's default.
void BM_add_pass_remove(benchmark::State& state) {
  std::vector<Query> queries(static_cast<std::size_t>(state.range(0)));
  ReplyOrder order;
  for (Query& query : queries) order.add(query);
  for ([[maybe_unused]] auto _ : state) {
    order.passTurn();
    order.add(order.removeOldest());
    benchmark::DoNotOptimize(order.turn());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_add_pass_remove)->Arg(1)->Arg(64)->Arg(1024);

}  // namespace
}  // namespace iotcpd::redirector
