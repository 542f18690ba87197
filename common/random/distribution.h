#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/random/random_stream.h"
#include "common/text/scanner.h"
#include "common/time/clock.h"

namespace iotcpd {

/// A distribution of times, written as text:
///
///     5ms                                always the same
///     uniform(1ms, 9ms)
///     normal(20ms, 5ms)                  mean, standard deviation; what falls below 0 is 0
///     exp(10ms)                          mean
///     lognormal(20ms, p99=80ms)          median, 99th percentile
///     pareto(5ms, 1.5)                   least, alpha
///     weibull(10ms, 0.7)                 scale, shape
///     mix(90%:exp(5ms), 10%:200ms)       shares that sum to 100%
///     empirical(FILE)                    any of the times in FILE, one a line, equally likely
///     load(5ms, 2ms)                     5ms + 2ms for each request outstanding, this one included
///
/// A value; cheap to copy. Draws above a day are a day.
class Distribution {
 public:
  /// Always 0.
  Distribution() : Distribution(Nanoseconds::zero()) {}
  explicit Distribution(Nanoseconds constant) : kind_(Constant{constant}) {}

  /// Reads one distribution and stops after it. Throws SyntaxError; for `empirical` also when its
  /// file is not regular, cannot be read or holds anything but times, and for any where `files` are
  /// out of reach.
  enum class Files : std::uint8_t { kReadable, kOutOfReach };
  [[nodiscard]] static Distribution parse(Scanner& scanner, Files files = Files::kReadable);
  /// The whole text.
  [[nodiscard]] static Distribution parse(std::string_view text);

  /// One draw; `outstanding` is what load() looks at. How many numbers it takes from `stream`
  /// depends on the kind alone, or within a mix on the part drawn.
  [[nodiscard]] Nanoseconds sample(RandomStream& stream, std::uint64_t outstanding = 1) const;

  /// Reads back as the same distribution.
  [[nodiscard]] std::string text() const;

  [[nodiscard]] bool isZero() const;

  friend bool operator==(const Distribution&, const Distribution&);

 private:
  struct Constant {
    Nanoseconds value;
    friend bool operator==(const Constant&, const Constant&) = default;
  };
  struct Uniform {
    Nanoseconds low, high;
    friend bool operator==(const Uniform&, const Uniform&) = default;
  };
  struct Normal {
    Nanoseconds mean, deviation;
    friend bool operator==(const Normal&, const Normal&) = default;
  };
  struct Exponential {
    Nanoseconds mean;
    friend bool operator==(const Exponential&, const Exponential&) = default;
  };
  struct LogNormal {
    Nanoseconds median, p99;
    friend bool operator==(const LogNormal&, const LogNormal&) = default;
  };
  struct Pareto {
    Nanoseconds least;
    double alpha;
    friend bool operator==(const Pareto&, const Pareto&) = default;
  };
  struct Weibull {
    Nanoseconds scale;
    double shape;
    friend bool operator==(const Weibull&, const Weibull&) = default;
  };
  struct Part;
  struct Mix {
    std::shared_ptr<const std::vector<Part>> parts;
  };
  struct Empirical {
    std::string file;
    std::shared_ptr<const std::vector<Nanoseconds>> times;
  };
  struct Load {
    Nanoseconds base, perRequest;
    friend bool operator==(const Load&, const Load&) = default;
  };
  using Kind = std::variant<Constant, Uniform, Normal, Exponential, LogNormal, Pareto, Weibull, Mix,
                            Empirical, Load>;

  class Reader;
  class Printer;
  class Sampler;

  explicit Distribution(Kind kind) : kind_(std::move(kind)) {}

  Kind kind_;
};

struct Distribution::Part {
  Share share;
  Distribution distribution;
};

}  // namespace iotcpd
