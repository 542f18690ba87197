#include <csignal>

#include <fmt/format.h>

#include "fake-daemons/grammar/fault_parts.h"
#include "fake-daemons/grammar/fault_printer.h"
#include "fake-daemons/grammar/signal_names.h"

namespace iotcpd::fake {
namespace {

class ActionReader {
 public:
  ActionReader(Scanner& scanner, ActionTypes types, Distribution::Files files)
      : scanner_(scanner), types_(types), files_(files) {}

  ActionCall read(Point point) {
    const std::size_t start = scanner_.position();
    const std::string_view name = scanner_.word();
    for (const ActionType& type : types_) {
      if (type.name != name) continue;
      if (!contains(type.points, point)) {
        scanner_.failAt(start, fmt::format("an action for {}; {} is accepted at {}",
                                           pointName(point), name, pointChoice(type.points)));
      }
      return {&type, arguments(type)};
    }
    scanner_.failAt(start, "an action: " + choice(types_, signature));
  }

 private:
  std::vector<Argument> arguments(const ActionType& type) {
    std::vector<Argument> arguments;
    if (type.parameters.empty()) return arguments;
    const bool mayBeNone = type.parameters.front().optional;
    scanner_.skipBlanks();
    if (mayBeNone && scanner_.peek() != '(') return arguments;
    scanner_.expect("(");
    for (const Parameter& parameter : type.parameters) {
      if (&parameter != type.parameters.data()) {
        if (parameter.optional && scanner_.peek() == ')') break;
        scanner_.expect(",");
      }
      arguments.push_back(argument(parameter));
      scanner_.skipBlanks();
    }
    if (!scanner_.skip(")")) {
      scanner_.fail(fmt::format("')', as in {}", signature(type)));
    }
    return arguments;
  }

  Argument argument(const Parameter& parameter) {
    const std::size_t start = scanner_.position();
    switch (parameter.kind) {
      case ParameterKind::kDistribution:
        return Distribution::parse(scanner_, files_);
      case ParameterKind::kDuration: {
        const Nanoseconds time = scanner_.duration();
        if (time == Nanoseconds::zero()) scanner_.failAt(start, "a time above 0");
        return time;
      }
      case ParameterKind::kSize:
        return scanner_.size(parameter.most);
      case ParameterKind::kCount:
        return scanner_.count(0, parameter.most);
      case ParameterKind::kText:
        return scanner_.text("a text, in double quotes if need be");
      case ParameterKind::kName:
      case ParameterKind::kKeyword:
        return name(parameter);
      case ParameterKind::kSignal:
        return signal("the name of a signal such as TERM");
      case ParameterKind::kCatchableSignal:
        return catchableSignal();
    }
    scanner_.fail("an argument");
  }

  std::string name(const Parameter& parameter) {
    const std::size_t start = scanner_.position();
    std::string name(scanner_.word());
    const bool keyword = parameter.kind == ParameterKind::kKeyword;
    if (keyword && name != parameter.name) {
      scanner_.failAt(start, fmt::format("'{}'", parameter.name));
    }
    if (name.empty() || name.size() > kMostNameBytes) {
      scanner_.failAt(
          start, fmt::format("a name of 1 to {} letters, digits, '-' and '_'", kMostNameBytes));
    }
    return name;
  }

  SignalNumber signal(std::string_view expected) {
    const std::size_t start = scanner_.position();
    const auto number = signalNumber(scanner_.word());
    if (!number) scanner_.failAt(start, expected);
    return {*number};
  }

  SignalNumber catchableSignal() {
    constexpr std::string_view kExpected = "the name of a signal other than KILL and STOP";
    const std::size_t start = scanner_.position();
    const SignalNumber given = signal(kExpected);
    if (given.number == SIGKILL || given.number == SIGSTOP) scanner_.failAt(start, kExpected);
    return given;
  }

  Scanner& scanner_;
  ActionTypes types_;
  Distribution::Files files_;
};

}  // namespace

ActionCall parseAction(Scanner& scanner, Point point, ActionTypes types,
                       Distribution::Files files) {
  return ActionReader(scanner, types, files).read(point);
}

}  // namespace iotcpd::fake
