#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "common/framing/line_framer.h"

namespace iotcpd {
namespace {

constexpr std::size_t kMaxLineBytes = 1 << 20;

/// A line of `bytes` bytes with its newline.
std::string lineOf(std::size_t bytes) { return std::string(bytes - 1, 'x') + '\n'; }

std::size_t sizeOf(const benchmark::State& state) {
  return static_cast<std::size_t>(state.range(0));
}

/// The usual request: short, and in one segment.
void BM_take_whole_line(benchmark::State& state) {
  const std::string line = lineOf(sizeOf(state));
  LineFramer framer(kMaxLineBytes);
  for (auto _ : state) {
    std::string_view bytes = line;
    benchmark::DoNotOptimize(bytes);
    LineFramer::Taken taken = framer.take(bytes);
    benchmark::DoNotOptimize(taken);
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_take_whole_line)->Arg(16)->Arg(128)->Arg(1500)->Arg(65536);

/// The same beside take(), for who needs no more than a line that is here as a whole.
void BM_look_at_whole_line(benchmark::State& state) {
  const std::string line = lineOf(sizeOf(state));
  const LineFramer framer(kMaxLineBytes);
  for (auto _ : state) {
    std::string_view bytes = line;
    benchmark::DoNotOptimize(bytes);
    benchmark::DoNotOptimize(framer.wholeLine(bytes));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_look_at_whole_line)->Arg(16)->Arg(128)->Arg(1500)->Arg(65536);

/// A daemon that answers in many lines at once: one read of 64 KiB holds all of them.
void BM_take_lines_of_one_read(benchmark::State& state) {
  constexpr std::size_t kReadBytes = 65536;
  const std::string line = lineOf(sizeOf(state));
  std::string read;
  while (read.size() + line.size() <= kReadBytes) read += line;
  LineFramer framer(kMaxLineBytes);
  for (auto _ : state) {
    std::string_view bytes = read;
    while (!bytes.empty()) {
      LineFramer::Taken taken = framer.take(bytes);
      benchmark::DoNotOptimize(taken);
      bytes = taken.rest;
    }
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(read.size() / line.size()));
}
BENCHMARK(BM_take_lines_of_one_read)->Arg(16)->Arg(128)->Arg(1500);

/// A line of 64 KiB in pieces. The time must not grow faster than the number of pieces: when it
/// does, buffered bytes are scanned again.
void BM_take_fragmented_line(benchmark::State& state) {
  constexpr std::size_t kLineBytes = 65536;
  const std::string line = lineOf(kLineBytes);
  LineFramer framer(kMaxLineBytes);
  for (auto _ : state) {
    for (std::size_t at = 0; at < line.size(); at += sizeOf(state)) {
      LineFramer::Taken taken = framer.take(std::string_view(line).substr(at, sizeOf(state)));
      benchmark::DoNotOptimize(taken);
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kLineBytes));
}
BENCHMARK(BM_take_fragmented_line)->Arg(16)->Arg(512)->Arg(1460)->Arg(16384);

}  // namespace
}  // namespace iotcpd
