#include <array>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "common/cli/console.h"
#include "common/version.h"
#include "loadgen/app/command_text.h"
#include "loadgen/app/commands.h"
#include "loadgen/app/conflicts.h"
#include "loadgen/app/failure.h"
#include "loadgen/app/live_line.h"
#include "loadgen/app/result_outputs.h"
#include "loadgen/app/run_settings_reader.h"
#include "loadgen/app/shared_options.h"
#include "loadgen/app/verdict.h"
#include "loadgen/drive/run.h"
#include "loadgen/report/csv_writer.h"
#include "loadgen/report/hlog_file.h"

namespace iotcpd::loadgen {
namespace {

/// What is written while the run goes on.
class Streams {
 public:
  explicit Streams(const RunSettings& settings) {
    if (!settings.csvFile.empty()) csv_.emplace(settings.csvFile);
    if (!settings.hlogFile.empty()) hlog_.emplace(settings.hlogFile);
    if (!settings.quiet && LiveLine::isWanted()) live_.emplace(settings);
    if (csv_) sinks_.push_back(&*csv_);
    if (hlog_) sinks_.push_back(&*hlog_);
    if (live_) sinks_.push_back(&*live_);
  }

  [[nodiscard]] std::span<IntervalSink* const> sinks() const { return sinks_; }

  void begin(std::chrono::system_clock::time_point start) {
    if (csv_) csv_->begin();
    if (hlog_) hlog_->begin(start);
  }
  /// Empty, or what could not be written.
  [[nodiscard]] std::vector<std::string> close() {
    std::vector<std::string> troubles;
    if (live_) live_->clear();
    if (csv_) troubles.push_back(csv_->close());
    if (hlog_) troubles.push_back(hlog_->close());
    std::erase(troubles, "");
    return troubles;
  }

 private:
  std::optional<CsvWriter> csv_;
  std::optional<HlogFile> hlog_;
  std::optional<LiveLine> live_;
  std::vector<IntervalSink*> sinks_;
};

void say(std::string_view note) { fmt::print(stderr, "iotcpd-loadgen: {}\n", note); }

}  // namespace

int runCommand(const CommandLine& commandLine) {
  const RunSettings settings = readRunSettings(commandLine);
  ResultOutputs outputs(commandLine);
  Streams streams(settings);
  RunReport report = executeRun(
      settings, {.sinks = streams.sinks(),
                 .announce =
                     [&](std::string_view note) {
                       if (!settings.quiet) say(note);
                     },
                 .onStart = [&](std::chrono::system_clock::time_point at) { streams.begin(at); }});
  const std::vector<std::string> troubles = streams.close();
  Result& result = report.result;
  result.run.version = kVersion;
  result.run.command = commandText("run", commandLine);
  if (report.wasInterrupted && result.planned == 0) {
    return complain("iotcpd-loadgen", "interrupted before there was any result", kExitInterrupted);
  }
  const NamedResult named{.name = result.run.target, .result = &result};
  // The summary comes first: it must not be lost to a disk that is full, nor the files to a reader
  // of the summary that has gone.
  int printed = kExitOk;
  if (!settings.quiet && !writesToStandardOutput(commandLine, shared::kOutputs)) {
    printed = printAndExit("iotcpd-loadgen", textReport(result));
  }
  for (const std::string& trouble : troubles) say(trouble);
  outputs.write({&named, 1});
  if (printed != kExitOk) return printed;
  return troubles.empty() ? exitCodeOf(result) : static_cast<int>(kExitIo);
}

}  // namespace iotcpd::loadgen
