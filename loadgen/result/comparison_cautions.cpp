#include <algorithm>
#include <array>
#include <cassert>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/text/quantity.h"
#include "loadgen/result/comparison.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::size_t kMostShown = 4;

using Runs = std::span<const RunDescription* const>;

/// "a and b", "a, b and c", "a, b, c, d and 3 more": "1 more" would be no shorter than what it is.
/// REQUIRES: values.size() >= 2.
std::string listed(const std::vector<std::string>& values) {
  assert(values.size() >= 2);
  const bool isAll = values.size() <= kMostShown + 1;
  const std::size_t shown = isAll ? values.size() : kMostShown;
  const std::span<const std::string> front(values.data(), isAll ? shown - 1 : shown);
  const std::string last = isAll ? values.back() : fmt::format("{} more", values.size() - shown);
  return fmt::format("{} and {}", fmt::join(front, ", "), last);
}

std::string textOf(const std::string& value) { return value.empty() ? "none" : value; }
std::string textOf(std::uint64_t value) { return std::to_string(value); }
std::string textOf(bool value) { return value ? "yes" : "no"; }
std::string textOf(Nanoseconds value) { return formatDuration(value); }
std::string textOf(const std::vector<std::string>& value) {
  return textOf(fmt::format("{}", fmt::join(value, " | ")));
}

/// Collects in what runs differ.
class Differences {
 public:
  explicit Differences(Runs runs) : runs_(runs) {}

  template <class Member>
  void look(std::string_view what, Member RunDescription::*member) {
    look(what, [member](const RunDescription& run) { return textOf(run.*member); });
  }
  template <class TextOf>
  requires std::is_invocable_v<TextOf, const RunDescription&>
  void look(std::string_view what, const TextOf& textOfRun) {
    std::vector<std::string> values;
    for (const RunDescription* run : runs_) {
      std::string value = textOfRun(*run);
      if (std::ranges::find(values, value) == values.end()) values.push_back(std::move(value));
    }
    if (values.size() > 1) cautions_.push_back(fmt::format("{} differs: {}", what, listed(values)));
  }
  [[nodiscard]] std::vector<std::string> take() { return std::move(cautions_); }

 private:
  Runs runs_;
  std::vector<std::string> cautions_;
};

void lookAtSettings(Differences& differences) {
  differences.look("the loop", [](const RunDescription& run) {
    return std::string(run.isOpenLoop ? "open" : "closed");
  });
  differences.look("the rate asked for", &RunDescription::rate);
  differences.look("the arrival process", &RunDescription::arrivals);
  differences.look("the number of connections", &RunDescription::connections);
  differences.look("keep-alive", &RunDescription::keepAlive);
  differences.look("the depth of the pipeline", &RunDescription::pipeline);
  differences.look("the think time", &RunDescription::think);
  differences.look("what is requested", &RunDescription::requests);
  differences.look("the misbehaviour", &RunDescription::misbehave);
  differences.look("the reply expected", &RunDescription::expect);
  differences.look("what is an error reply", &RunDescription::errorReplies);
  differences.look("the timeout", &RunDescription::timeout);
  differences.look("the drain time", &RunDescription::drain);
  differences.look("the warm-up", &RunDescription::warmup);
}

void addIfInvalid(std::string_view which, const SelfCheck& self, std::vector<std::string>& to) {
  if (self.isValid()) return;
  to.push_back(fmt::format("the {} run is INVALID: {}", which, self.problems.front()));
}

}  // namespace

std::vector<std::string> comparisonCautions(const Result& base, const Result& other) {
  std::vector<std::string> cautions;
  addIfInvalid("base", base.self, cautions);
  addIfInvalid("other", other.self, cautions);
  const std::array<const RunDescription*, 2> runs{&base.run, &other.run};
  Differences differences(runs);
  lookAtSettings(differences);
  differences.look("the machine", &RunDescription::machine);
  differences.look("the version", &RunDescription::version);
  std::ranges::move(differences.take(), std::back_inserter(cautions));
  return cautions;
}

std::vector<std::string> mergeCautions(const std::vector<Result>& results) {
  std::vector<const RunDescription*> runs;
  for (const Result& result : results) runs.push_back(&result.run);
  Differences differences(runs);
  differences.look("the target", &RunDescription::target);
  lookAtSettings(differences);
  differences.look("the version", &RunDescription::version);
  return differences.take();
}

}  // namespace iotcpd::loadgen
