#include "loadgen/app/plan_settings_reader.h"

#include <array>

#include <fmt/format.h>

#include "common/text/printable.h"
#include "loadgen/app/conflicts.h"
#include "loadgen/app/option_reader.h"
#include "loadgen/app/shared_options.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::uint64_t kMostRequests = 1'000'000'000'000;

using Row = OptionSetter<PlanSettings>;

constexpr std::array kExclusions{
    Exclusion{"rate", "replay", "the log has times of its own"},
    Exclusion{"rate", "plan", "the plan has times of its own"},
    Exclusion{"replay", "plan", "one of them says what is sent"},
    Exclusion{"request", "requests-file", "one of them says what is sent"},
    Exclusion{"request", "replay", "the log says what is sent"},
    Exclusion{"request", "plan", "the plan says what is sent"},
    Exclusion{"requests-file", "replay", "one of them says what is sent"},
    Exclusion{"requests-file", "plan", "one of them says what is sent"},
    Exclusion{"misbehave", "plan", "the plan says who misbehaves"},
    Exclusion{"seed", "plan", "everything in the plan has been drawn already"},
};

constexpr std::array kRequirements{
    Requirement{"speed", "replay"},
    Requirement{"shuffle", "requests-file"},
};

bool putArrivals(PlanSettings& plan, const std::string& text) {
  plan.arrivals = text == "poisson" ? Arrivals::kPoisson : Arrivals::kConstant;
  return text == "poisson" || text == "constant";
}

bool putDuration(PlanSettings& plan, const std::string& text) {
  plan.duration.emplace();
  return putTime(*plan.duration, text, milliseconds(1), hours(168));
}

bool putMost(PlanSettings& plan, const std::string& text) {
  plan.most.emplace();
  return putCount(*plan.most, text, 1, kMostRequests);
}

const std::array<Row, 11>& valueRows() {
  static const std::array<Row, 11> kRows{{
      {"rate",
       [](PlanSettings& plan, const std::string& text) {
         plan.rate = RateSchedule::parse(text);
         return true;
       }},
      {"arrivals", putArrivals},
      {"request",
       [](PlanSettings& plan, const std::string& text) {
         plan.requests.push_back(parseWeightedTemplate(text));
         return true;
       }},
      {"requests-file", [](PlanSettings& plan,
                           const std::string& text) { return putPath(plan.requestsFile, text); }},
      {"replay",
       [](PlanSettings& plan, const std::string& text) { return putPath(plan.replayFile, text); }},
      {"plan",
       [](PlanSettings& plan, const std::string& text) { return putPath(plan.planFile, text); }},
      {"speed", [](PlanSettings& plan,
                   const std::string& text) { return putFactor(plan.speed, text, 0.001, 1000); }},
      {"misbehave",
       [](PlanSettings& plan, const std::string& text) {
         plan.misbehave = Misbehaviour::parse(text);
         return true;
       }},
      {"seed", [](PlanSettings& plan,
                  const std::string& text) { return putCount(plan.seed, text, 0, UINT64_MAX); }},
      {"duration", putDuration},
      {"requests", putMost},
  }};
  return kRows;
}

/// Without an end of its own a plan goes on for ever.
bool isEndless(const PlanSettings& plan) {
  return !plan.duration && !plan.most && plan.replayFile.empty() && plan.planFile.empty() &&
         !(plan.rate && plan.rate->length());
}

}  // namespace

PlanSettings readPlanSettings(const CommandLine& commandLine) {
  checkExclusions(commandLine, kExclusions);
  checkRequirements(commandLine, kRequirements);
  PlanSettings plan;
  readOptions<PlanSettings>(commandLine, valueRows(), plan);
  plan.shuffle = commandLine.has("shuffle");
  const bool hasSource =
      !plan.requestsFile.empty() || !plan.replayFile.empty() || !plan.planFile.empty();
  if (plan.requests.empty() && !hasSource)
    plan.requests.push_back(parseWeightedTemplate("{token}"));
  if (!commandLine.has("seed")) plan.seed = randomSeed();
  if (isEndless(plan) && !commandLine.has("until")) plan.duration = kDefaultDuration;
  return plan;
}

PlanCommandSettings readPlanCommandSettings(const CommandLine& commandLine) {
  if (!commandLine.operands.empty()) {
    throw UsageError(fmt::format("'{}': a plan has no target; only options are accepted",
                                 printable(commandLine.operands.front())));
  }
  PlanCommandSettings settings;
  settings.plan = readPlanSettings(commandLine);
  if (!settings.plan.isOpenLoop()) {
    throw UsageError(
        "a plan needs times: --rate or --replay (in a closed loop it is the replies that say when "
        "the next request is sent)");
  }
  constexpr std::array kNeedsRate{Requirement{"arrivals", "rate"}};
  checkRequirements(commandLine, kNeedsRate);
  constexpr std::array<std::string_view, 1> kOutput{"output"};
  checkOutputsSpareInputs(commandLine, kOutput, shared::kInputs);
  for (const GivenOption& given : commandLine.options) {
    if (given.spec->name == "output" && !putPath(settings.output, given.value)) refuseValue(given);
  }
  return settings;
}

}  // namespace iotcpd::loadgen
