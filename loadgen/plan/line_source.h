#pragma once

#include <cstdint>
#include <string_view>

namespace iotcpd::loadgen {

/// What one request says.
struct RequestLine {
  std::string_view bytes;   ///< with its newline; valid until the source's next line
  std::uint64_t token = 0;  ///< number of the first token in it
  bool hasToken = false;
};

/// Endless requests, without their times. Driven by a plan.
class LineSource {
 public:
  virtual ~LineSource() = default;
  /// Valid until the next call.
  [[nodiscard]] virtual const RequestLine& next() = 0;
  /// Whether it has one line only, again and again.
  [[nodiscard]] virtual bool isAlwaysTheSame() const { return false; }
};

/// A line with the token that is in it, if there is one.
[[nodiscard]] RequestLine withToken(std::string_view line);

}  // namespace iotcpd::loadgen
