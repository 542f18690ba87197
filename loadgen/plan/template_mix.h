#pragma once

#include <span>
#include <vector>

#include "loadgen/plan/compiled_template.h"
#include "loadgen/plan/request_template.h"

namespace iotcpd::loadgen {

/// --request: one template after another, drawn by their weights. {seq} counts the requests of the
/// plan from 1, whichever template they are from; {token} is drawn from it and the seed.
class TemplateMix final : public LineSource {
 public:
  /// Throws SyntaxError, and PlanError for a file that a template mentions. REQUIRES: not empty.
  TemplateMix(std::span<const WeightedTemplate> templates, std::uint64_t seed);

  [[nodiscard]] const RequestLine& next() override;
  [[nodiscard]] bool isAlwaysTheSame() const override {
    return templates_.size() == 1 && templates_.front().isFixed();
  }

 private:
  [[nodiscard]] CompiledTemplate& draw();

  std::vector<CompiledTemplate> templates_;
  std::vector<std::uint64_t> bounds_;  ///< the weights so far, of each template
  RandomStream mix_;
  TemplateValues values_;
};

}  // namespace iotcpd::loadgen
