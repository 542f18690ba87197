#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "common/cli/console.h"
#include "common/version.h"
#include "loadgen/app/command_text.h"
#include "loadgen/app/commands.h"
#include "loadgen/app/failure.h"
#include "loadgen/app/rate_search.h"
#include "loadgen/app/result_outputs.h"
#include "loadgen/app/search_settings_reader.h"
#include "loadgen/drive/peer_address.h"
#include "loadgen/drive/run.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::string_view kProgram = "iotcpd-loadgen";

/// As RateSchedule::parse() takes it.
std::string rateText(double rate) {
  return rate < 1 ? fmt::format("{:.6f}/s", rate) : fmt::format("{:.3f}/s", rate);
}

/// Runs the steps and keeps their results.
class Search {
 public:
  Search(const SearchSettings& settings, std::string command, bool isQuiet)
      : settings_(settings), command_(std::move(command)), isQuiet_(isQuiet) {}

  /// Returns when nothing more can be learned, or a step could not be judged.
  void run() {
    RateSearch search(settings_.from, settings_.to, settings_.precision);
    while (const std::optional<double> rate = search.next()) {
      const Step step = carryOut(*rate);
      if (step == Step::kInvalid || step == Step::kInterrupted) {
        ending_ = step;
        break;
      }
      search.tell(*rate, step == Step::kHolds);
    }
    best_ = search.highestHeld();
    isLimit_ = search.hasFoundLimit();
  }

  /// One sentence: what has been found.
  [[nodiscard]] std::string conclusion() const {
    if (best_ == 0 && ending_ == Step::kInvalid) {
      return fmt::format("the generator could not tell whether {} holds (INVALID)",
                         rateText(settings_.from));
    }
    if (best_ == 0 && ending_ == Step::kInterrupted) return "interrupted before any rate held";
    if (best_ == 0) {
      return fmt::format("no rate that was tried holds; the lowest was {}",
                         rateText(settings_.from));
    }
    std::string text = fmt::format("the highest rate that holds is {:.1f}/s", best_);
    if (ending_ == Step::kInvalid) {
      return text + "; above it the generator could not tell (INVALID), so the service may do more";
    }
    if (ending_ == Step::kInterrupted) return text + " so far: interrupted";
    if (!isLimit_) return text + ", which is as far as --to goes";
    return text + fmt::format(", within {:.3g} %", settings_.precision * 100);
  }

  [[nodiscard]] int exitCode() const {
    if (ending_ == Step::kInvalid) return kExitInvalid;
    if (ending_ == Step::kInterrupted && best_ == 0) return kExitInterrupted;
    return best_ == 0 ? kExitAssertion : kExitOk;
  }

  /// The step at the highest rate that holds first, then the others as they were run.
  [[nodiscard]] std::vector<NamedResult> named() const {
    std::vector<NamedResult> named;
    for (const Result& result : results_) {
      const NamedResult entry{.name = fmt::format("{:.0f}/s", result.targetRate),
                              .result = &result};
      named.insert(&result == bestResult_ ? named.begin() : named.end(), entry);
    }
    return named;
  }

 private:
  enum class Step : std::uint8_t { kHolds, kBreaks, kInvalid, kInterrupted };

  Step carryOut(double rate) {
    Step step = carryOutOnce(rate);
    // A disturbance of a moment is no reason to give up.
    if (step == Step::kInvalid) step = carryOutOnce(rate);
    return step;
  }

  Step carryOutOnce(double rate) {
    RunSettings run = settings_.step;
    run.plan.rate = RateSchedule::parse(rateText(rate));
    run.assertions = settings_.objectives;
    RunReport report =
        executeRun(run, {.sinks = {}, .announce = [](auto) {}, .onStart = [](auto) {}});
    if (report.wasInterrupted) return Step::kInterrupted;
    Result& result = report.result;
    result.run.version = kVersion;
    result.run.command = command_;
    const Step step = judge(result);
    say(rate, result, step);
    results_.push_back(std::move(result));
    if (step == Step::kHolds && rate > bestRate_) {
      bestRate_ = rate;
      bestResult_ = &results_.back();
    }
    return step;
  }

  static std::string_view wordOf(Step step) {
    if (step == Step::kInvalid) return "INVALID";
    return step == Step::kHolds ? "holds" : "breaks";
  }

  static Step judge(const Result& result) {
    const auto& verdicts = result.assertions;
    const bool holds =
        std::ranges::all_of(verdicts, [](const AssertionVerdict& v) { return v.passed; });
    if (!result.self.isValid()) return Step::kInvalid;
    return holds ? Step::kHolds : Step::kBreaks;
  }

  void say(double rate, const Result& result, Step step) const {
    if (isQuiet_) return;
    std::string seen;
    for (const AssertionVerdict& verdict : result.assertions) {
      seen +=
          fmt::format("  {} ({}{})", verdict.text, verdict.actual, verdict.passed ? "" : ": no");
    }
    fmt::print("{:>12.1f}/s  {:<8}{}\n", rate, wordOf(step), seen);
    std::fflush(stdout);
  }

  const SearchSettings& settings_;
  std::string command_;
  bool isQuiet_;
  std::deque<Result> results_;  ///< a deque: its elements stay where they are
  const Result* bestResult_ = nullptr;
  double bestRate_ = 0;
  double best_ = 0;
  bool isLimit_ = false;
  std::optional<Step> ending_;
};

}  // namespace

int searchCommand(const CommandLine& commandLine) {
  const SearchSettings settings = readSearchSettings(commandLine);
  ResultOutputs outputs(commandLine);
  const bool isQuiet = commandLine.has("quiet");
  Search search(settings, commandText("search", commandLine), isQuiet);
  const auto write = [&] {
    const std::vector<NamedResult> named = search.named();
    if (!named.empty()) outputs.write(named);
  };
  try {
    search.run();
  } catch (const TargetError&) {
    write();  // What the steps before it have measured is worth as much as ever.
    throw;
  }
  write();
  if (search.exitCode() == kExitInterrupted) {
    return complain(kProgram, search.conclusion(), kExitInterrupted);
  }
  if (!isQuiet) {
    const int code = printAndExit(kProgram, fmt::format("{}\n", search.conclusion()));
    if (code != kExitOk) return code;
  }
  return search.exitCode();
}

}  // namespace iotcpd::loadgen
