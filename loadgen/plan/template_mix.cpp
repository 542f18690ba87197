#include "loadgen/plan/template_mix.h"

#include <algorithm>

#include "loadgen/plan/draw.h"

namespace iotcpd::loadgen {

TemplateMix::TemplateMix(std::span<const WeightedTemplate> templates, std::uint64_t seed)
    : mix_(seed, "mix"), values_(seed) {
  LineFiles files;
  std::uint64_t bound = 0;
  templates_.reserve(templates.size());
  for (const WeightedTemplate& weighted : templates) {
    templates_.emplace_back(weighted.text, files);
    bounds_.push_back(bound += weighted.weight);
  }
}

const RequestLine& TemplateMix::next() {
  ++values_.sequence;
  CompiledTemplate& drawn = templates_.size() == 1 ? templates_.front() : draw();
  return drawn.expand(values_);
}

CompiledTemplate& TemplateMix::draw() {
  const std::uint64_t drawn = drawBelow(mix_, bounds_.back());
  const auto found = std::ranges::upper_bound(bounds_, drawn);
  return templates_[static_cast<std::size_t>(found - bounds_.begin())];
}

}  // namespace iotcpd::loadgen
