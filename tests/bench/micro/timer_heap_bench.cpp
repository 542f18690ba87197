#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "common/random/random_stream.h"
#include "common/time/timer_heap.h"

namespace iotcpd {
namespace {

using namespace std::chrono_literals;

/// A heap of `state.range(0)` armed timers, as many as there are sessions and daemons that wait.
class Waiting {
 public:
  explicit Waiting(const benchmark::State& state)
      : timers_(static_cast<std::size_t>(state.range(0))) {
    for (auto& timer : timers_) {
      timer = std::make_unique<Timer>([this](TimePoint) { ++calls_; });
      heap_.schedule(*timer, now_ + someTime());
    }
  }

  [[nodiscard]] Timer& someTimer() { return *timers_[random_.next() % timers_.size()]; }
  /// Time-outs of a second, give or take a half.
  [[nodiscard]] Nanoseconds someTime() {
    return 500ms + Nanoseconds(static_cast<Nanoseconds::rep>(random_.next() % 1'000'000'000));
  }
  [[nodiscard]] TimerHeap& heap() { return heap_; }
  [[nodiscard]] TimePoint now() const { return now_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Timer>>& timers() const { return timers_; }
  [[nodiscard]] long calls() const { return calls_; }

 private:
  RandomStream random_{1, "bench"};
  TimePoint now_{1h};
  TimerHeap heap_;
  std::vector<std::unique_ptr<Timer>> timers_;
  long calls_ = 0;
};

/// What every request does: arm a time-out, and cancel it because the reply came.
void BM_schedule_and_cancel(benchmark::State& state) {
  Waiting waiting(state);
  Timer timer([](TimePoint) {});
  for (auto _ : state) {
    waiting.heap().schedule(timer, waiting.now() + 1s);
    benchmark::DoNotOptimize(timer);
    timer.cancel();
  }
}
BENCHMARK(BM_schedule_and_cancel)->Arg(1)->Arg(64)->Arg(1024)->Arg(16384);

/// A time-out that moves with every byte received.
void BM_reschedule_timer(benchmark::State& state) {
  Waiting waiting(state);
  for (auto _ : state) {
    Timer& timer = waiting.someTimer();
    waiting.heap().schedule(timer, waiting.now() + waiting.someTime());
    benchmark::DoNotOptimize(timer);
  }
}
BENCHMARK(BM_reschedule_timer)->Arg(64)->Arg(1024)->Arg(16384);

/// Once per loop pass, nearly always with nothing due.
void BM_run_nothing_due(benchmark::State& state) {
  Waiting waiting(state);
  for (auto _ : state) {
    waiting.heap().runDue(waiting.now());
    benchmark::DoNotOptimize(waiting.heap().earliest());
  }
}
BENCHMARK(BM_run_nothing_due)->Arg(64)->Arg(16384);

/// All of them armed and due at once; time per timer.
void BM_run_all_due(benchmark::State& state) {
  Waiting waiting(state);
  for (auto _ : state) {
    for (const auto& timer : waiting.timers()) {
      waiting.heap().schedule(*timer, waiting.now() + waiting.someTime());
    }
    waiting.heap().runDue(waiting.now() + 2s);
  }
  benchmark::DoNotOptimize(waiting.calls());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_run_all_due)->Arg(64)->Arg(1024)->Arg(16384);

}  // namespace
}  // namespace iotcpd
