#include <fmt/format.h>

#include "loadgen/app/command_text.h"
#include "loadgen/app/commands.h"
#include "loadgen/app/failure.h"
#include "loadgen/app/plan_settings_reader.h"
#include "loadgen/app/report_file.h"
#include "loadgen/plan/plan.h"
#include "loadgen/plan/plan_file_writer.h"

namespace iotcpd::loadgen {
namespace {

/// An error of the writer's is one of the output, while one of the plan's is one of its input.
template <typename Write>
void asOutput(Write write) {
  try {
    write();
  } catch (const PlanError& e) {
    throw Failure(e.what(), kExitIo);
  }
}

}  // namespace

int planCommand(const CommandLine& commandLine) {
  const PlanCommandSettings settings = readPlanCommandSettings(commandLine);
  const std::unique_ptr<Plan> plan = makePlan(settings.plan);
  ReportFile file(settings.output);
  const std::string origin =
      fmt::format("{}\nseed {}", commandText("plan", commandLine), settings.plan.seed);
  PlanFileWriter writer(file.begin(), origin);
  PlannedRequest request;
  while (plan->next(request)) asOutput([&] { writer.write(request); });
  asOutput([&] { writer.finish(); });
  file.close();
  return kExitOk;
}

}  // namespace iotcpd::loadgen
