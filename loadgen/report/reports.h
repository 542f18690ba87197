#pragma once

#include <span>
#include <string>
#include <string_view>

#include "loadgen/result/recorder.h"
#include "loadgen/result/result.h"

namespace iotcpd::loadgen {

/// A result file cannot be used; what() is one line that names it.
class ResultFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The summary on stdout: fits a screen of 80 x 40.
[[nodiscard]] std::string textReport(const Result& result);
/// docs: loadgen/result.schema.json.
[[nodiscard]] std::string jsonReport(const Result& result);
/// Reads what jsonReport() has written, of this or another run. Throws ResultFileError.
[[nodiscard]] Result readResult(const std::string& path);
[[nodiscard]] std::string junitReport(const Result& result);
/// Percentile distribution of the latency in ms.
[[nodiscard]] std::string hgrmReport(const Result& result);

struct NamedResult {
  std::string name;  ///< of its file
  const Result* result;
};
/// One self-contained page; several results are overlaid.
[[nodiscard]] std::string htmlReport(std::span<const NamedResult> results);

}  // namespace iotcpd::loadgen
