#pragma once

#include <string>

#include "fake-daemons/grammar/action_type.h"

// What a fault is put together from; parseFault() in fault_parser.h reads the whole.
namespace iotcpd::fake {

/// "a, b or c"
template <typename Names, typename NameOf>
[[nodiscard]] std::string choice(const Names& names, NameOf nameOf) {
  std::string text;
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (name != names.begin()) text += std::next(name) == names.end() ? " or " : ", ";
    text += nameOf(*name);
  }
  return text;
}

/// Reads the name of a point, without mid-reply's offset.
[[nodiscard]] Point parsePoint(Scanner& scanner);

/// "after-read, mid-reply or before-reply"
[[nodiscard]] std::string pointChoice(PointSet set);

/// Reads a trigger, or nothing, which is Chance{}: always.
[[nodiscard]] Trigger parseTrigger(Scanner& scanner, Point point);

/// Reads an action with its arguments; `files` are those that these may name.
[[nodiscard]] ActionCall parseAction(Scanner& scanner, Point point, ActionTypes types,
                                     Distribution::Files files);

}  // namespace iotcpd::fake
