#include <cstddef>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "redirector/policy/outstanding_requests.h"

namespace iotcpd::redirector {
namespace {

using Id = OutstandingRequests::Id;

constexpr TimePoint kSentAt{};
constexpr TimePoint kDueAt{std::chrono::seconds(15)};

/// `count` requests with the same due time, as those of one write to a daemon have.
void fill(OutstandingRequests& outstanding, std::size_t count, std::vector<QueueEntry>& queries,
          std::vector<Id>& ids) {
  queries.resize(count);
  ids.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    ids[i] = outstanding.add(&queries[i]);
    outstanding.sent(ids[i], kSentAt, kDueAt);
  }
}

/// What each request costs beside its bytes, given and answered in order. Range: how many the
/// daemon has at the same time.
void BM_add_answer(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  OutstandingRequests outstanding(count);
  std::vector<QueueEntry> queries;
  std::vector<Id> ids;
  fill(outstanding, count, queries, ids);
  std::size_t next = 0;
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(outstanding.answer(ids[next], OutstandingRequests::kAllWritten));
    ids[next] = outstanding.add(&queries[next]);
    outstanding.sent(ids[next], kSentAt, kDueAt);
    next = next + 1 == count ? 0 : next + 1;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_add_answer)->Arg(1)->Arg(64)->Arg(4096);

/// The worst order for a list: the newest is answered first.
void BM_answer_newest_first(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  OutstandingRequests outstanding(count);
  std::vector<QueueEntry> queries;
  std::vector<Id> ids;
  for ([[maybe_unused]] auto _ : state) {
    fill(outstanding, count, queries, ids);
    for (std::size_t i = count; i-- > 0;) {
      benchmark::DoNotOptimize(outstanding.answer(ids[i], OutstandingRequests::kAllWritten));
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_answer_newest_first)->Arg(64)->Arg(4096);

/// What the loop asks of every daemon that has something, before it waits for events.
void BM_check_due(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  OutstandingRequests outstanding(count);
  std::vector<QueueEntry> queries;
  std::vector<Id> ids;
  fill(outstanding, count, queries, ids);
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(outstanding.earliestDue());
    benchmark::DoNotOptimize(outstanding.expire(TimePoint{}));
  }
}
BENCHMARK(BM_check_due)->Arg(64)->Arg(4096);

/// Range: the ID; long runs have ten digits.
void BM_parse_channel_line(benchmark::State& state) {
  const std::string line =
      std::to_string(state.range(0)) + " OK status=302 url=\"http://foo.bar?found=adblock\"\n";
  for ([[maybe_unused]] auto _ : state) {
    std::string_view bytes = line;
    benchmark::DoNotOptimize(bytes);
    benchmark::DoNotOptimize(parseChannelLine(bytes));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_parse_channel_line)->Arg(7)->Arg(2'000'000'000);

}  // namespace
}  // namespace iotcpd::redirector
