#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "loadgen/plan/template_mix.h"

namespace iotcpd::loadgen {
namespace {

void expand(benchmark::State& state, const std::vector<WeightedTemplate>& templates) {
  TemplateMix mix(templates, 1);
  for (auto _ : state) {
    RequestLine line = mix.next();
    benchmark::DoNotOptimize(line);
  }
}

/// Nothing to fill in: what every benchmark of a fixed URL asks for.
void BM_expand_fixed(benchmark::State& state) {
  expand(state, {{1, "http://example.com/index.html 127.0.0.1/- - GET"}});
}
BENCHMARK(BM_expand_fixed);

/// The default of the load generator.
void BM_expand_token(benchmark::State& state) { expand(state, {{1, "{token}"}}); }
BENCHMARK(BM_expand_token);

/// A redirector's request whose reply can be told from all others.
void BM_expand_typical(benchmark::State& state) {
  expand(state, {{1, "http://example.com/{seq}/{token} 10.0.0.{rand:1..254}/- - GET"}});
}
BENCHMARK(BM_expand_typical);

void BM_expand_uuid(benchmark::State& state) { expand(state, {{1, "http://x/{uuid}"}}); }
BENCHMARK(BM_expand_uuid);

/// Equally likely templates, as many as the argument says.
void BM_expand_mix(benchmark::State& state) {
  expand(state, std::vector<WeightedTemplate>(static_cast<std::size_t>(state.range(0)),
                                              {1, "http://example.com/{seq}"}));
}
BENCHMARK(BM_expand_mix)->Arg(2)->Arg(16)->Arg(256);

}  // namespace
}  // namespace iotcpd::loadgen
