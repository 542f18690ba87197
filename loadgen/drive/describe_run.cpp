#include "loadgen/drive/describe_run.h"

#include <fmt/format.h>

#include "common/text/quantity.h"
#include "loadgen/result/figure_text.h"

namespace iotcpd::loadgen {
namespace {

std::string arrivalsOf(const PlanSettings& plan) {
  if (!plan.planFile.empty()) return "plan";
  if (!plan.replayFile.empty()) return "replay";
  if (!plan.rate) return {};
  return plan.arrivals == Arrivals::kPoisson ? "poisson" : "constant";
}

std::vector<std::string> requestsOf(const PlanSettings& plan) {
  if (!plan.planFile.empty()) return {fmt::format("plan {}", plan.planFile)};
  if (!plan.replayFile.empty()) {
    return {fmt::format("replay of {} at {} x its speed", plan.replayFile, plan.speed)};
  }
  if (!plan.requestsFile.empty()) {
    return {fmt::format("{}{}", plan.requestsFile, plan.shuffle ? ", shuffled" : "")};
  }
  std::vector<std::string> lines;
  for (const WeightedTemplate& request : plan.requests) {
    lines.push_back(fmt::format("{}:{}", request.weight, request.text));
  }
  return lines;
}

}  // namespace

RunDescription describeRun(const RunSettings& settings, const std::string& target) {
  const PlanSettings& plan = settings.plan;
  RunDescription run;
  run.target = target;
  run.isOpenLoop = plan.isOpenLoop();
  if (plan.rate) run.rate = plan.rate->text();
  run.arrivals = arrivalsOf(plan);
  run.connections = settings.connections;
  run.keepAlive = settings.keepAlive;
  run.pipeline = settings.pipeline;
  if (!run.isOpenLoop) run.think = settings.think.text();
  run.requests = requestsOf(plan);
  run.misbehave = plan.misbehave.text();
  if (settings.until) run.until = settings.until->text;
  run.expect = settings.expect;
  run.errorReplies = settings.errorReplies;
  run.timeout = settings.timeout;
  run.drain = settings.drain;
  run.warmup = settings.warmup;
  run.seed = plan.seed;
  return run;
}

std::string interruptionText(const PlanSettings& plan, const ScheduleEnd& end) {
  if (!end.cutShort) return "interrupted while it waited for what was still open";
  const std::string after = timeFigure(static_cast<double>(end.cutShort->count()));
  const std::optional<Nanoseconds> length = scheduledLength(plan);
  if (!length) return fmt::format("interrupted after {}", after);
  return fmt::format("interrupted after {} of {}", after, formatDuration(*length));
}

}  // namespace iotcpd::loadgen
