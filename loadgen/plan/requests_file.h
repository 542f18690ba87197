#pragma once

#include <string>

#include "common/random/random_stream.h"
#include "loadgen/plan/line_file.h"
#include "loadgen/plan/line_source.h"

namespace iotcpd::loadgen {

/// --requests-file: the lines of a file, over and over; in their order, or each time round in
/// another that is drawn as it goes (Fisher and Yates 1938, a step per request), so that no request
/// waits for a shuffle of millions. What a file is, and its limits: LineFile.
class RequestsFile final : public LineSource {
 public:
  enum class Order { kAsWritten, kShuffled };

  /// Throws PlanError.
  RequestsFile(const std::string& path, Order order, const RandomStream& stream)
      : file_(path), order_(order), stream_(stream) {}

  [[nodiscard]] const RequestLine& next() override;

 private:
  LineFile file_;
  Order order_;
  RandomStream stream_;
  RequestLine line_;
  std::size_t next_ = 0;  ///< lines before it have been taken in this round
};

}  // namespace iotcpd::loadgen
