#pragma once

#include <array>

#include "common/cli/command_table.h"

namespace iotcpd {

/// A program with two commands, one of which is meant when none is given.
inline constexpr std::array<OptionSpec, 3> kSendOptions = {{
    kHelpOption,
    {.name = "rate",
     .shortName = 'r',
     .argument = "RATE",
     .defaultValue = "1/s",
     .accepts = "one of slow, fast",
     .help = "How fast."},
    {.name = "output", .argument = "FILE", .accepts = "a path", .help = "Where to."},
}};
inline constexpr std::array<OptionSpec, 2> kShowOptions = {{
    kHelpOption,
    {.name = "colour", .help = "Shows colours."},
}};
inline constexpr std::array<OptionGroup, 1> kSendGroups = {{{"Sending", kSendOptions}}};
inline constexpr std::array<OptionGroup, 1> kShowGroups = {{{"Showing", kShowOptions}}};

inline constexpr std::array<CommandSpec, 2> kSampleCommandList = {{
    {"send",
     {.program = "sample-tool send",
      .synopsis = "[-h] [--rate RATE] TARGET",
      .summary = "Sends things to a target.",
      .groups = kSendGroups}},
    {"show",
     {.program = "sample-tool show",
      .synopsis = "[-h] FILE",
      .summary = "Shows what was sent.",
      .groups = kShowGroups}},
}};

inline constexpr CommandTable kSampleCommands = {
    .program = "sample-tool",
    .summary = "Does what a sample has to do.",
    .commands = kSampleCommandList,
    .usual = "send",
    .examples = "Examples:\n  sample-tool send 127.0.0.1:8000\n"};

}  // namespace iotcpd
