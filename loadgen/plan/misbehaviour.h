#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/random/random_stream.h"
#include "common/text/scanner.h"
#include "loadgen/result/outcome.h"

namespace iotcpd::loadgen {

/// Which share of the requests misbehaves, and how: "slow-loris:1%, half-close:5%". Each kind at
/// most once, at most 100% together; empty, as text too, when nobody does. A value.
class Misbehaviour {
 public:
  /// Throws SyntaxError.
  [[nodiscard]] static Misbehaviour parse(std::string_view text);
  /// Reads back as the same.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool isEmpty() const { return shares_.empty(); }
  /// One draw; takes one number from the stream, none when isEmpty().
  [[nodiscard]] Behaviour draw(RandomStream& stream) const;

 private:
  struct Part {
    Behaviour behaviour;
    Share share;
  };
  std::vector<Part> shares_;
};

}  // namespace iotcpd::loadgen
