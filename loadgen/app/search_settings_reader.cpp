#include "loadgen/app/search_settings_reader.h"

#include <array>

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
  return given.search;
}

}  // namespace iotcpd::loadgen
