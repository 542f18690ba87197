#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace iotcpd::loadgen {

/// "3:http://x/{seq}": a template and how often it is taken beside the others. A weight is there
/// only when the text begins with digits and a colon.
struct WeightedTemplate {
  std::uint64_t weight = 1;
  std::string text;  ///< as given, without the weight; checked
};

/// Throws SyntaxError for a placeholder that there is not.
[[nodiscard]] WeightedTemplate parseWeightedTemplate(std::string_view text);

}  // namespace iotcpd::loadgen
