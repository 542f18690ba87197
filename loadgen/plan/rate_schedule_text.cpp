#include <fmt/format.h>

#include "common/text/quantity.h"
#include "loadgen/plan/rate_schedule.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::size_t kMostParts = 1000;
/// A step is at least so long.
constexpr Nanoseconds kShortestStep = std::chrono::milliseconds(1);

/// Recursive descent, one function a kind of part.
class ScheduleReader {
 public:
  explicit ScheduleReader(std::string_view text) : scanner_(text) {}

  std::vector<SchedulePart> read() {
    bool goesOn = true;
    while (goesOn) {
      scanner_.skipBlanks();
      const std::size_t start = scanner_.position();
      if (parts_.size() == kMostParts) {
        scanner_.fail(fmt::format("at most {} parts", kMostParts));
      }
      const SchedulePart part = readPart();
      limitLength(part, start);
      parts_.push_back(part);
      scanner_.skipBlanks();
      goesOn = scanner_.skip(",");
    }
    scanner_.expectEnd();
    return std::move(parts_);
  }

 private:
  SchedulePart readPart() {
    const std::string_view word = scanner_.peekWord();
    if (word == "ramp") return readRamp();
    if (word == "step") return readStep();
    const char first = scanner_.peek();
    if (first < '0' || first > '9') {
      scanner_.fail("a rate such as 1000/s, 'ramp to RATE over TIME' or 'step RATE every TIME'");
    }
    return readConstant();
  }

  SchedulePart readConstant() {
    SchedulePart part{SchedulePart::Kind::kConstant, parseRate(scanner_), {}, {}};
    scanner_.skipBlanks();
    if (scanner_.peekWord() == "for") {
      part.time = timeAfter("for", Nanoseconds(1));
    } else {
      expectLast("'for TIME' before another part");
    }
    rate_ = part.rate.perHourMillionths();
    return part;
  }

  SchedulePart readRamp() {
    scanner_.skip("ramp");
    scanner_.expect("to");
    SchedulePart part{SchedulePart::Kind::kRamp, parseRate(scanner_), {}, {}};
    part.time = timeAfter("over", Nanoseconds(1));
    rate_ = part.rate.perHourMillionths();
    return part;
  }

  SchedulePart readStep() {
    scanner_.skip("step");
    scanner_.skipBlanks();
    std::size_t start = scanner_.position();
    SchedulePart part{SchedulePart::Kind::kStep, parseRate(scanner_), {}, {}};
    if (part.rate.millionths == 0) scanner_.failAt(start, "a rate above 0");
    part.time = timeAfter("every", kShortestStep);
    scanner_.skipBlanks();
    if (scanner_.peekWord() != "to") {
      expectLast("'to RATE' before another part");
      return part;
    }
    scanner_.expect("to");
    start = scanner_.position();
    part.to = parseRate(scanner_);
    countSteps(part, start);
    rate_ = part.to->perHourMillionths();
    return part;
  }

  Nanoseconds timeAfter(std::string_view word, Nanoseconds least) {
    scanner_.expect(word);
    const std::size_t start = scanner_.position();
    const Nanoseconds time = scanner_.duration();
    if (time < least) {
      scanner_.failAt(start, fmt::format("a time of at least {}", formatDuration(least)));
    }
    return time;
  }

  void expectLast(std::string_view otherwise) {
    if (scanner_.peek() == ',') scanner_.fail(otherwise);
  }

  void countSteps(const SchedulePart& part, std::size_t start) {
    const std::uint64_t count = stepCount(part, rate_);
    if (count == 0) scanner_.failAt(start, "a rate above the one before");
    if (count > kMostSteps - steps_) {
      scanner_.failAt(start, fmt::format("at most {} steps in a schedule", kMostSteps));
    }
    steps_ += count;
    lastSteps_ = static_cast<std::int64_t>(count);
  }

  void limitLength(const SchedulePart& part, std::size_t start) {
    const std::int64_t times = part.to ? lastSteps_ : 1;
    const Int128 length = part.time ? Int128{part.time->count()} * times : 0;
    if (length > (kLongestSchedule - length_).count()) {
      scanner_.failAt(
          start, fmt::format("a schedule of at most {} in all", formatDuration(kLongestSchedule)));
    }
    length_ += Nanoseconds(static_cast<std::int64_t>(length));
  }

  Scanner scanner_;
  std::vector<SchedulePart> parts_;
  std::int64_t rate_ = 0;  ///< at the end of what was read
  std::uint64_t steps_ = 0;
  std::int64_t lastSteps_ = 0;
  Nanoseconds length_{};
};

std::string partText(const SchedulePart& part) {
  const std::string rate = formatRate(part.rate);
  const std::string time = part.time ? formatDuration(*part.time) : "";
  if (part.kind == SchedulePart::Kind::kRamp) return fmt::format("ramp to {} over {}", rate, time);
  if (part.kind == SchedulePart::Kind::kConstant) {
    return part.time ? fmt::format("{} for {}", rate, time) : rate;
  }
  const std::string step = fmt::format("step {} every {}", rate, time);
  return part.to ? fmt::format("{} to {}", step, formatRate(*part.to)) : step;
}

}  // namespace

RateSchedule RateSchedule::parse(std::string_view text) {
  return RateSchedule(ScheduleReader(text).read());
}

std::string RateSchedule::text() const {
  std::string text;
  for (const SchedulePart& part : parts_) {
    if (!text.empty()) text += ", ";
    text += partText(part);
  }
  return text;
}

}  // namespace iotcpd::loadgen
