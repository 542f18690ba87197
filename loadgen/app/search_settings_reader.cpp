#include "loadgen/app/search_settings_reader.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "common/text/quantity.h"
#include "loadgen/app/option_reader.h"
#include "loadgen/app/run_settings_reader.h"

namespace iotcpd::loadgen {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kLeastRate = 1.0 / 3600;
constexpr double kMostRate = 1e7;

/// What is read before it is put together.
struct GivenSearch {
  SearchSettings search;
  Nanoseconds length = seconds(10);
  Nanoseconds warmup = seconds(1);
};

using Row = OptionSetter<GivenSearch>;

const std::array<Row, 6>& valueRows() {
  static const std::array<Row, 6> kRows{{
      {"slo",
       [](GivenSearch& given, const std::string& text) {
         given.search.objectives.push_back(Assertion::parse(text));
         return true;
       }},
      {"from",
       [](GivenSearch& given, const std::string& text) {
         return putRate(given.search.from, text, kLeastRate, kMostRate);
       }},
      {"to",
       [](GivenSearch& given, const std::string& text) {
         return putRate(given.search.to, text, kLeastRate, kMostRate);
       }},
      {"step-duration",
       [](GivenSearch& given, const std::string& text) {
         return putTime(given.length, text, milliseconds(100), hours(24));
       }},
      {"step-warmup",
       [](GivenSearch& given, const std::string& text) {
         return putTime(given.warmup, text, Nanoseconds::zero(), hours(1));
       }},
      {"precision",
       [](GivenSearch& given, const std::string& text) {
         return putShare(given.search.precision, text, 0.001, 0.5);
       }},
  }};
  return kRows;
}

/// As many requests as a step has at least: at random, four standard deviations below the mean.
double fewestRequests(const SearchSettings& search, Nanoseconds length) {
  const double mean = search.from * std::chrono::duration<double>(length).count();
  const bool isRandom = search.step.plan.arrivals == Arrivals::kPoisson;
  return isRandom ? mean - 4 * std::sqrt(mean) : mean;
}

/// A step that cannot judge an objective would look like one that breaks it.
void checkSamples(const SearchSettings& search, Nanoseconds length) {
  const double fewest = fewestRequests(search, length);
  for (const Assertion& objective : search.objectives) {
    const auto needed = static_cast<double>(objective.samplesItTakes());
    if (needed == 0 || fewest >= needed) continue;
    throw UsageError(fmt::format(
        "--slo '{}' takes {} replies; at --from {:g}/s a --step-duration of {} has "
        "about {:.0f}: give more of either",
        objective.text(), objective.samplesItTakes(), search.from, formatDuration(length),
        search.from * std::chrono::duration<double>(length).count()));
  }
}

}  // namespace

SearchSettings readSearchSettings(const CommandLine& commandLine) {
  GivenSearch given;
  readOptions<GivenSearch>(commandLine, valueRows(), given);
  if (given.search.objectives.empty()) {
    throw UsageError("an objective is missing; accepted is --slo ASSERTION such as 'p99<50ms'");
  }
  if (given.search.to <= given.search.from) {
    throw UsageError("--to has to be a higher rate than --from");
  }
  given.search.step = readDrivenSettings(commandLine);
  RunSettings& step = given.search.step;
  if (step.connections == 0) step.connections = kDefaultOpenConnections;
  step.warmup = given.warmup;
  step.plan.duration = given.warmup + given.length;
  checkSamples(given.search, given.length);
  return given.search;
}

}  // namespace iotcpd::loadgen
