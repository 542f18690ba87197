#pragma once

#include <csignal>
#include <string>
#include <utility>

#include "fake-daemons/actions/action_table.h"
#include "fake-daemons/grammar/fault_spec.h"
#include "tests/unit/support/random_distribution.h"

namespace iotcpd::fake {

/// Every fault the grammar can write, with values of every magnitude. Of distributions, those that
/// need no file.
class RandomFaults {
 public:
  explicit RandomFaults(std::uint64_t seed) : random_(seed) {}

  FaultSpec fault() {
    FaultSpec fault;
    fault.point = static_cast<Point>(random_.below(kPoints));
    if (fault.point == Point::kMidReply) fault.offset = count(1, 64UL * 1024 * 1024);
    if (coin()) fault.scope.worker = count(0, kMostCount);
    if (coin()) fault.scope.incarnation = count(1, kMostCount);
    const std::size_t terms = 1 + random_.below(4);
    for (std::size_t i = 0; i < terms; ++i) {
      Trigger trigger = this->trigger(fault.point);
      fault.terms.push_back({std::move(trigger), action(fault.point)});
    }
    return fault;
  }

 private:
  static constexpr std::uint64_t kMostCount = 1'000'000'000;

  bool coin() { return random_.below(2) == 0; }

  std::uint64_t count(std::uint64_t least, std::uint64_t most) {
    return least + random_.ofAnySize() % (most - least + 1);
  }

  Trigger trigger(Point point) {
    switch (random_.below(contains(kRequestPoints, point) ? 7 : 6)) {
      case 0:
        return chance();
      case 1:
        return Every{count(1, kMostCount)};
      case 2:
        return First{count(1, kMostCount)};
      case 3:
        return After{count(0, kMostCount)};
      case 4:
        return At{randomTime(random_)};
      case 5:
        return between();
      default:
        return Match{pattern()};
    }
  }

  Chance chance() {
    Chance chance;
    if (coin()) chance.share = Share{static_cast<std::uint32_t>(count(1, Share::kWhole))};
    if (coin()) chance.count = count(1, kMostCount);
    return chance;
  }

  Between between() {
    const Nanoseconds from = randomTime(random_);
    return {from, from + Nanoseconds(1)};
  }

  std::string pattern() {
    constexpr std::array<std::string_view, 10> kPieces{"a",  "/",    "\\.", "[/]",  "(x|y)",
                                                       "^b", "\\\\", "\"",  "\xe9", "z{2}"};
    std::string text(kPieces[random_.below(kPieces.size())]);
    while (random_.below(4) != 0) text += kPieces[random_.below(kPieces.size())];
    return text;
  }

  ActionCall action(Point point) {
    const ActionTypes types = actionTable();
    for (;;) {
      const ActionType& type = types[random_.below(types.size())];
      if (!contains(type.points, point)) continue;
      ActionCall call{&type, {}};
      for (const Parameter& parameter : type.parameters) {
        if (parameter.optional && coin()) break;
        call.arguments.push_back(argument(parameter));
      }
      return call;
    }
  }

  Argument argument(const Parameter& parameter) {
    switch (parameter.kind) {
      case ParameterKind::kDistribution:
        return Distribution::parse(randomDistributionText(random_));
      case ParameterKind::kDuration:
        return randomTime(random_);
      case ParameterKind::kSize:
        return count(1, parameter.most);
      case ParameterKind::kCount:
        return count(0, parameter.most);
      case ParameterKind::kText:
        return bytes();
      case ParameterKind::kName:
        return "gate-" + std::to_string(random_.below(100));
      case ParameterKind::kKeyword:
        return std::string(parameter.name);
      case ParameterKind::kSignal:
      case ParameterKind::kCatchableSignal:
        break;
    }
    constexpr std::array kSignals{SIGHUP, SIGINT, SIGSEGV, SIGTERM, SIGCHLD, SIGXCPU, SIGSYS};
    return SignalNumber{kSignals[random_.below(kSignals.size())]};
  }

  std::string bytes() {
    std::string text(random_.below(12), '\0');
    for (char& byte : text) byte = static_cast<char>(random_.below(256));
    return text;
  }

  TestRandom random_;
};

}  // namespace iotcpd::fake
