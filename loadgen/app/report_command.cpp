#include <fmt/format.h>

#include "common/cli/console.h"
#include "loadgen/app/commands.h"
#include "loadgen/app/conflicts.h"
#include "loadgen/app/failure.h"
#include "loadgen/app/result_files.h"
#include "loadgen/app/result_outputs.h"
#include "loadgen/app/shared_options.h"
#include "loadgen/report/csv_writer.h"
#include "loadgen/report/hlog_file.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::size_t kMostFiles = 16;

/// Of several results only plots make one thing.
void checkSingle(const CommandLine& commandLine, const ResultFiles& files) {
  if (files.results().size() == 1) return;
  for (const std::string_view name : shared::kOutputs) {
    if (name == "html" || !commandLine.has(name)) continue;
    throw UsageError(
        fmt::format("--{} takes one result; --html overlays several, and 'merge' "
                    "makes one of them",
                    name));
  }
}

/// A point of the timeline as an interval of the run: what it was made of, rounded to one digit.
RunInterval intervalOf(const TimelinePoint& point) {
  RunInterval interval;
  interval.start = point.start;
  interval.length = point.length;
  interval.sent = point.sent;
  interval.outcomes = point.outcomes;
  interval.latency = point.latency;
  return interval;
}

template <typename Sink>
void writeTimeline(const Result& result, Sink& sink) {
  for (const TimelinePoint& point : result.timeline) sink.onInterval(intervalOf(point));
  if (const std::string trouble = sink.close(); !trouble.empty()) throw Failure(trouble, kExitIo);
}

void writeTimelines(const CommandLine& commandLine, const Result& result) {
  if (const std::string* path = commandLine.value("csv")) {
    CsvWriter csv(*path);
    csv.begin();
    writeTimeline(result, csv);
  }
  if (const std::string* path = commandLine.value("hlog")) {
    HlogFile hlog(*path);
    hlog.begin(result.run.started);
    writeTimeline(result, hlog);
  }
}

std::string summaries(const std::vector<NamedResult>& results) {
  std::string text;
  for (const NamedResult& result : results) {
    if (results.size() > 1) text += fmt::format("{}== {}\n", text.empty() ? "" : "\n", result.name);
    text += textReport(*result.result);
  }
  return text;
}

}  // namespace

int reportCommand(const CommandLine& commandLine) {
  checkOutputsDiffer(commandLine, shared::kOutputs);
  const ResultFiles files(commandLine, 1, kMostFiles);
  checkSingle(commandLine, files);
  const std::vector<NamedResult> named = files.named();
  ResultOutputs outputs(commandLine);
  outputs.write(named);
  writeTimelines(commandLine, files.results().front());
  if (commandLine.has("quiet") || writesToStandardOutput(commandLine, shared::kOutputs))
    return kExitOk;
  return printAndExit("iotcpd-loadgen", summaries(named));
}

}  // namespace iotcpd::loadgen
