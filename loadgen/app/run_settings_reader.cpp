#include "loadgen/app/run_settings_reader.h"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "common/text/quantity.h"
#include "loadgen/app/conflicts.h"
#include "loadgen/app/plan_settings_reader.h"
#include "loadgen/app/run_values.h"
#include "loadgen/app/shared_options.h"
#include "loadgen/app/target_reader.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::array kExclusions{
    Exclusion{"think", "rate", "clients think in a closed loop only"},
    Exclusion{"think", "replay", "clients think in a closed loop only"},
    Exclusion{"think", "plan", "clients think in a closed loop only"},
};
constexpr std::array kNeedsRate{Requirement{"arrivals", "rate"}};
constexpr std::array kNeedsServe{Requirement{"serve-ready", "serve"},
                                 Requirement{"serve-timeout", "serve"}};

void fillDefaults(const CommandLine& commandLine, RunSettings& run) {
  if (!commandLine.has("drain")) run.drain = run.timeout;
  if (run.serveReady.empty()) run.serveReady = shared::kServeReady.defaultValue;
}

void checkConnections(const RunSettings& run) {
  if (run.pipeline > 1 && !run.keepAlive) {
    throw UsageError(
        fmt::format("--pipeline {} needs --keep-alive: without it a connection carries "
                    "one request",
                    run.pipeline));
  }
  if (run.pipeline > 1 && !run.plan.misbehave.isEmpty()) {
    throw UsageError(
        fmt::format("--misbehave and --pipeline {} cannot be given together: a client that "
                    "misbehaves would take other requests with it",
                    run.pipeline));
  }
}

/// When the last request is due, as far as that is known before the run.
std::optional<Nanoseconds> lengthOf(const PlanSettings& plan) {
  std::optional<Nanoseconds> length = plan.duration;
  const std::optional<Nanoseconds> schedule =
      plan.rate ? plan.rate->length() : std::optional<Nanoseconds>();
  if (schedule && (!length || *schedule < *length)) length = schedule;
  return length;
}

void checkWarmup(const RunSettings& run) {
  const auto length = lengthOf(run.plan);
  if (!length || run.warmup < *length) return;
  throw UsageError(fmt::format("--warmup {} leaves nothing to measure of a run of {}",
                               formatDuration(run.warmup), formatDuration(*length)));
}

}  // namespace

RunSettings readRunSettings(const CommandLine& commandLine) {
  checkExclusions(commandLine, kExclusions);
  checkRequirements(commandLine, kNeedsRate);
  RunSettings run = readDrivenSettings(commandLine);
  if (run.connections == 0) {
    run.connections = run.plan.isOpenLoop() ? kDefaultOpenConnections : kDefaultClients;
  }
  if (run.until && !run.plan.duration) run.plan.duration = kDefaultUntilDuration;
  checkWarmup(run);
  return run;
}

RunSettings readDrivenSettings(const CommandLine& commandLine) {
  checkRequirements(commandLine, kNeedsServe);
  checkOutputsDiffer(commandLine, shared::kOutputs);
  checkOutputsSpareInputs(commandLine, shared::kOutputs, shared::kInputs);
  RunSettings run;
  run.plan = readPlanSettings(commandLine);
  readRunValues(commandLine, run);
  readTarget(commandLine, run);
  fillDefaults(commandLine, run);
  checkConnections(run);
  return run;
}

}  // namespace iotcpd::loadgen
