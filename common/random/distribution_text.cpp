#include <array>
#include <optional>
#include <span>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "common/os/text_file.h"
#include "common/random/distribution.h"
#include "common/text/printable.h"
#include "common/text/quantity.h"

namespace iotcpd {
namespace {

constexpr std::string_view kKinds =
    "a time such as 5ms, or uniform, normal, exp, lognormal, pareto, weibull, mix, empirical or "
    "load";
constexpr int kMostNested = 8;
constexpr std::size_t kMostTimes = 1'000'000;
constexpr std::size_t kMostBytes = 32UL * 1024 * 1024;
constexpr double kLeastShape = 0.01;
constexpr double kMostShape = 1000;

}  // namespace

/// Recursive descent, one function a kind.
class Distribution::Reader {
 public:
  Reader(Scanner& scanner, Files files) : scanner_(scanner), files_(files) {}

  Distribution read() {
    const char first = scanner_.peek();
    if (first >= '0' && first <= '9') return Distribution(Constant{scanner_.duration()});
    const std::size_t start = scanner_.position();
    const std::string_view name = scanner_.word();
    for (const auto& [known, readKind] : readers()) {
      if (name != known) continue;
      scanner_.expect("(");
      Distribution distribution((this->*readKind)(start));
      scanner_.skipBlanks();
      if (!scanner_.skip(")")) scanner_.fail("')'");
      return distribution;
    }
    scanner_.failAt(start, kKinds);
  }

 private:
  using ReadKind = Kind (Reader::*)(std::size_t start);
  static std::span<const std::pair<std::string_view, ReadKind>> readers();

  /// Two times with a comma between them.
  std::pair<Nanoseconds, Nanoseconds> twoTimes() {
    const Nanoseconds first = scanner_.duration();
    scanner_.expect(",");
    return {first, scanner_.duration()};
  }

  Nanoseconds timeAboveZero() {
    const std::size_t start = scanner_.position();
    const Nanoseconds time = scanner_.duration();
    if (time == Nanoseconds::zero()) scanner_.failAt(start, "a time above 0");
    return time;
  }

  Kind readUniform(std::size_t /*start*/) {
    const std::size_t start = scanner_.position();
    const auto [low, high] = twoTimes();
    if (high < low) scanner_.failAt(start, "the lower time first");
    return Uniform{low, high};
  }

  Kind readNormal(std::size_t /*start*/) {
    const auto [mean, deviation] = twoTimes();
    return Normal{mean, deviation};
  }

  Kind readExponential(std::size_t /*start*/) { return Exponential{timeAboveZero()}; }

  Kind readLogNormal(std::size_t /*start*/) {
    const Nanoseconds median = timeAboveZero();
    scanner_.expect(",");
    scanner_.expect("p99");
    scanner_.expect("=");
    const std::size_t start = scanner_.position();
    const Nanoseconds p99 = scanner_.duration();
    if (p99 <= median) scanner_.failAt(start, "a 99th percentile above the median");
    return LogNormal{median, p99};
  }

  Kind readPareto(std::size_t /*start*/) {
    const Nanoseconds least = timeAboveZero();
    scanner_.expect(",");
    return Pareto{least, scanner_.number(kLeastShape, kMostShape)};
  }

  Kind readWeibull(std::size_t /*start*/) {
    const Nanoseconds scale = timeAboveZero();
    scanner_.expect(",");
    return Weibull{scale, scanner_.number(kLeastShape, kMostShape)};
  }

  Kind readMix(std::size_t start) {
    if (++nested_ > kMostNested) {
      scanner_.failAt(start, fmt::format("at most {} nested mixes", kMostNested));
    }
    std::vector<Part> parts;
    std::uint64_t sum = 0;
    do {
      scanner_.skipBlanks();
      const Share share = scanner_.share();
      scanner_.expect(":");
      parts.push_back({share, read()});
      sum += share.millionths;
      scanner_.skipBlanks();
    } while (scanner_.skip(","));
    if (sum != Share::kWhole) scanner_.fail("shares that sum to 100%");
    --nested_;
    return Mix{std::make_shared<const std::vector<Part>>(std::move(parts))};
  }

  Kind readEmpirical(std::size_t kindStart) {
    if (files_ == Files::kOutOfReach) scanner_.failAt(kindStart, "a distribution without a file");
    const std::size_t start = scanner_.position();
    std::string file = scanner_.text("the name of a file");
    std::string text;
    try {
      text = readRegularFile(file, kMostBytes);
    } catch (const TextFileError& e) {
      scanner_.failAt(start, fmt::format("a readable file of times ({})", e.what()));
    }
    std::istringstream input(text);
    auto times = std::make_shared<std::vector<Nanoseconds>>();
    for (std::string line; std::getline(input, line);) {
      if (line.empty() || line.front() == '#') continue;
      const auto time = timeOf(line);
      if (!time || times->size() == kMostTimes) {
        scanner_.failAt(start, fmt::format("a file with at most {} lines such as 5ms, not '{}'",
                                           kMostTimes, printable(line.substr(0, 40))));
      }
      times->push_back(*time);
    }
    if (times->empty()) scanner_.failAt(start, "a file with at least one time in it");
    return Empirical{std::move(file), std::move(times)};
  }

  static std::optional<Nanoseconds> timeOf(const std::string& line) {
    try {
      Scanner scanner(line);
      const Nanoseconds time = scanner.duration();
      scanner.expectEnd();
      return time;
    } catch (const SyntaxError&) {
      return std::nullopt;
    }
  }

  Kind readLoad(std::size_t /*start*/) {
    const auto [base, perRequest] = twoTimes();
    return Load{base, perRequest};
  }

  Scanner& scanner_;
  Files files_;
  int nested_ = 0;
};

std::span<const std::pair<std::string_view, Distribution::Reader::ReadKind>>
Distribution::Reader::readers() {
  static constexpr std::array<std::pair<std::string_view, ReadKind>, 9> kReaders{{
      {"uniform", &Reader::readUniform},
      {"normal", &Reader::readNormal},
      {"exp", &Reader::readExponential},
      {"lognormal", &Reader::readLogNormal},
      {"pareto", &Reader::readPareto},
      {"weibull", &Reader::readWeibull},
      {"mix", &Reader::readMix},
      {"empirical", &Reader::readEmpirical},
      {"load", &Reader::readLoad},
  }};
  return kReaders;
}

class Distribution::Printer {
 public:
  std::string operator()(const Constant& constant) const { return formatDuration(constant.value); }
  std::string operator()(const Uniform& uniform) const {
    return twoTimes("uniform", uniform.low, uniform.high);
  }
  std::string operator()(const Normal& normal) const {
    return twoTimes("normal", normal.mean, normal.deviation);
  }
  std::string operator()(const Exponential& exponential) const {
    return fmt::format("exp({})", formatDuration(exponential.mean));
  }
  std::string operator()(const LogNormal& logNormal) const {
    return fmt::format("lognormal({}, p99={})", formatDuration(logNormal.median),
                       formatDuration(logNormal.p99));
  }
  std::string operator()(const Pareto& pareto) const {
    return fmt::format("pareto({}, {})", formatDuration(pareto.least), pareto.alpha);
  }
  std::string operator()(const Weibull& weibull) const {
    return fmt::format("weibull({}, {})", formatDuration(weibull.scale), weibull.shape);
  }
  std::string operator()(const Mix& mix) const {
    std::string text = "mix(";
    for (const Part& part : *mix.parts) {
      if (text.back() != '(') text += ", ";
      text += fmt::format("{}:{}", formatShare(part.share), part.distribution.text());
    }
    return text + ')';
  }
  std::string operator()(const Empirical& empirical) const {
    return fmt::format("empirical({})", quoteText(empirical.file));
  }
  std::string operator()(const Load& load) const {
    return twoTimes("load", load.base, load.perRequest);
  }

 private:
  static std::string twoTimes(std::string_view name, Nanoseconds first, Nanoseconds second) {
    return fmt::format("{}({}, {})", name, formatDuration(first), formatDuration(second));
  }
};

Distribution Distribution::parse(Scanner& scanner, Files files) {
  return Reader(scanner, files).read();
}

Distribution Distribution::parse(std::string_view text) {
  Scanner scanner(text);
  scanner.skipBlanks();
  Distribution distribution = parse(scanner);
  scanner.expectEnd();
  return distribution;
}

std::string Distribution::text() const { return std::visit(Printer(), kind_); }

}  // namespace iotcpd
