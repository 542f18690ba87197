#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "common/stats/hdr_histogram.h"

namespace iotcpd {

/// Bytes are not a histogram; what() is one line.
class HistogramFormatError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A histogram in HdrHistogram's compressed V2 encoding, in base64: what stands in a .hlog row and
/// what every implementation of HdrHistogram reads.
[[nodiscard]] std::string encodeHistogram(const HdrHistogram& histogram);
/// The inverse, whoever has written it. Throws HistogramFormatError, also for what would take more
/// than 64 MiB.
[[nodiscard]] HdrHistogram decodeHistogram(std::string_view base64);

}  // namespace iotcpd
