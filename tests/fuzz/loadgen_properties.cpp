#include "tests/fuzz/loadgen_properties.h"

#include <cmath>
#include <utility>
#include <vector>

#include "common/os/text_file.h"
#include "loadgen/plan/compiled_template.h"
#include "loadgen/plan/misbehaviour.h"
#include "loadgen/plan/plan_file_reader.h"
#include "loadgen/plan/plan_file_writer.h"
#include "loadgen/plan/rate_schedule.h"
#include "loadgen/plan/replay.h"
#include "loadgen/plan/request_template.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/refusal.h"

namespace iotcpd::fuzz {
namespace {

using namespace loadgen;

constexpr std::size_t kMostArrivals = 2000;

std::string refusalTrouble(const PlanError& error) {
  const std::string_view what = error.what();
  if (what.find('\n') != std::string_view::npos) return "refused in more than one line";
  if (what.find('\'') == std::string_view::npos) return "refused without a name";
  return {};
}

template <typename Grammar>
std::string roundTripTrouble(const Grammar& value) {
  const std::string printed = value.text();
  try {
    if (Grammar::parse(printed).text() != printed) return "prints another text: " + printed;
  } catch (const SyntaxError& error) {
    return "does not read back: " + printed + ": " + error.what();
  }
  return {};
}

std::string arrivalTrouble(const RateSchedule& schedule, Arrivals arrivals) {
  ArrivalClock clock(schedule, arrivals, RandomStream(1, "arrivals"));
  Nanoseconds before{};
  for (std::size_t k = 0; k < kMostArrivals; ++k) {
    const std::optional<Nanoseconds> due = clock.next();
    if (!due) break;
    if (*due < before || *due >= kLongestSchedule) return "goes back, or on for too long";
    before = *due;
  }
  return {};
}

std::string integralTrouble(const RateSchedule& schedule) {
  ArrivalClock clock(schedule, Arrivals::kConstant, RandomStream(1, "arrivals"));
  // Looking up the integral takes time with the number of steps.
  for (double k = 0; k < 20; ++k) {
    const std::optional<Nanoseconds> due = clock.next();
    if (!due) break;
    const double until = schedule.expectedUntil(*due);
    const double after = schedule.expectedUntil(*due + Nanoseconds(1));
    if (until > k + 1e-9 || after < k - 1e-9) return "arrives elsewhere than the integral says";
  }
  return {};
}

/// All that a plan says, as text.
std::string writtenDown(Plan& plan) {
  const MemoryFile file("");
  PlanFileWriter writer(file.fd(), "fuzz");
  for (PlannedRequest request; plan.next(request);) writer.write(request);
  writer.finish();
  return readTextFile(file.path(), 1UL << 30U);
}

}  // namespace

std::string rateScheduleTrouble(std::string_view text) {
  try {
    const RateSchedule schedule = RateSchedule::parse(text);
    std::string trouble = roundTripTrouble(schedule);
    if (trouble.empty() && !(RateSchedule::parse(schedule.text()) == schedule)) {
      trouble = "reads back as another schedule";
    }
    if (trouble.empty()) trouble = integralTrouble(schedule);
    if (trouble.empty()) trouble = arrivalTrouble(schedule, Arrivals::kConstant);
    if (trouble.empty()) trouble = arrivalTrouble(schedule, Arrivals::kPoisson);
    return trouble;
  } catch (const SyntaxError& error) {
    return refusalTrouble(text, error);
  }
}

std::string misbehaviourTrouble(std::string_view text) {
  try {
    return roundTripTrouble(Misbehaviour::parse(text));
  } catch (const SyntaxError& error) {
    return refusalTrouble(text, error);
  }
}

std::string templateTrouble(std::string_view text) {
  try {
    const WeightedTemplate weighted = parseWeightedTemplate(text);
    if (weighted.weight == 0) return "weighs nothing";
    // What files hold is somebody else's business.
    if (weighted.text.find("{file:") != std::string::npos) return {};
    LineFiles files;
    CompiledTemplate compiled(weighted.text, files);
    TemplateValues values(1);
    for (values.sequence = 1; values.sequence < 4; ++values.sequence) {
      const std::string_view line = compiled.expand(values).bytes;
      if (line.find('\n') != line.size() - 1) return "does not make one line";
    }
  } catch (const SyntaxError& error) {
    return refusalTrouble(text, error);
  }
  return {};
}

std::string planFileTrouble(std::string_view content) {
  const MemoryFile file(content);
  try {
    PlanFileReader reader(file.path());
    const std::string written = writtenDown(reader);
    const MemoryFile copy(written);
    PlanFileReader again(copy.path());
    if (writtenDown(again) != written) return "is written down differently the second time";
  } catch (const PlanError& error) {
    return refusalTrouble(error);
  }
  return {};
}

std::string accessLogTrouble(std::string_view content) {
  const MemoryFile file(content);
  try {
    Replay replay(file.path(), 1);
    Nanoseconds before{};
    bool isFirst = true;
    for (PlannedRequest request; replay.next(request); isFirst = false) {
      if (isFirst && request.due != Nanoseconds(0)) return "does not begin at 0";
      if (request.due < before || request.due > kLongestSchedule) return "goes back, or too far";
      if (request.line.find('\n') != request.line.size() - 1) return "does not make one line";
      before = request.due;
    }
  } catch (const PlanError& error) {
    return refusalTrouble(error);
  }
  return {};
}

}  // namespace iotcpd::fuzz
