#include "fake-daemons/grammar/fault_printer.h"

#include <fmt/format.h>

#include "common/text/quantity.h"
#include "fake-daemons/grammar/signal_names.h"

namespace iotcpd::fake {
namespace {

template <typename... Overloads>
struct Visitor : Overloads... {
  using Overloads::operator()...;
};
template <typename... Overloads>
Visitor(Overloads...) -> Visitor<Overloads...>;

std::string slashed(const std::string& pattern) {
  std::string text = "/";
  for (const char byte : pattern) {
    if (byte == '/') text += '\\';
    text += byte;
  }
  return text += '/';
}

/// With a space after it, unless there is none.
std::string printTrigger(const Trigger& trigger) {
  return std::visit(
      Visitor{
          [](const Chance& chance) {
            std::string text;
            if (chance.share) text += formatShare(*chance.share);
            if (chance.count) text += fmt::format("{}*", *chance.count);
            return text.empty() ? text : text + ' ';
          },
          [](const Every& every) { return fmt::format("every({}) ", every.hits); },
          [](const First& first) { return fmt::format("first({}) ", first.hits); },
          [](const After& after) { return fmt::format("after({}) ", after.hits); },
          [](const Match& match) { return fmt::format("match({}) ", slashed(match.pattern)); },
          [](const At& at) { return fmt::format("at({}) ", formatDuration(at.sinceStart)); },
          [](const Between& between) {
            return fmt::format("between({}, {}) ", formatDuration(between.from),
                               formatDuration(between.until));
          },
      },
      trigger);
}

std::string printArgument(const Argument& argument, ParameterKind kind) {
  return std::visit(Visitor{
                        [](const Distribution& distribution) { return distribution.text(); },
                        [](Nanoseconds time) { return formatDuration(time); },
                        [&](std::uint64_t number) {
                          return kind == ParameterKind::kSize ? formatSize(number)
                                                              : std::to_string(number);
                        },
                        [&](const std::string& text) {
                          return kind == ParameterKind::kText ? quoteText(text) : text;
                        },
                        [](SignalNumber signal) { return signalName(signal.number); },
                    },
                    argument);
}

std::string printScope(const Scope& scope) {
  std::string text;
  if (scope.worker) text += fmt::format("worker {}", *scope.worker);
  if (scope.worker && scope.incarnation) text += ", ";
  if (scope.incarnation) text += fmt::format("incarnation {}", *scope.incarnation);
  return text.empty() ? text : fmt::format("({})", text);
}

}  // namespace

std::string printAction(const ActionCall& action) {
  std::string text(action.type->name);
  if (action.arguments.empty()) return text;
  text += '(';
  for (std::size_t i = 0; i < action.arguments.size(); ++i) {
    if (i > 0) text += ", ";
    text += printArgument(action.arguments[i], action.type->parameters[i].kind);
  }
  return text + ')';
}

std::string printFault(const FaultSpec& fault) {
  std::string text(pointName(fault.point));
  if (fault.point == Point::kMidReply) text += fmt::format("({})", fault.offset);
  text += printScope(fault.scope);
  std::string_view separator = " = ";
  for (const Term& term : fault.terms) {
    text += separator;
    text += printTrigger(term.trigger) + printAction(term.action);
    separator = " -> ";
  }
  return text;
}

std::string signature(const ActionType& type) {
  std::string text(type.name);
  if (type.parameters.empty()) return text;
  std::string parameters;
  std::string closing;
  for (const Parameter& parameter : type.parameters) {
    const std::string comma = parameters.empty() ? "" : ", ";
    parameters += (parameter.optional ? "[" : "") + comma + std::string(parameter.name);
    if (parameter.optional) closing += ']';
  }
  return text + '(' + parameters + closing + ')';
}

}  // namespace iotcpd::fake
