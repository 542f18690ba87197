#pragma once

#include <array>

#include "common/cli/option_table.h"

namespace iotcpd {

/// A program with one option of each kind.
inline constexpr std::array<OptionSpec, 4> kPoolOptions = {{
    {.name = "daemon",
     .shortName = 'd',
     .argument = "CMD",
     .accepts = "a command line",
     .help = "The daemon program and its arguments. Quoted as in a shell."},
    {.name = "daemons-max",
     .shortName = 'n',
     .argument = "N",
     .defaultValue = "4",
     .accepts = "1 to 1024",
     .help = "How many daemons run at the most."},
    {.name = "delay",
     .argument = "TIME",
     .defaultValue = "250ms",
     .accepts = "a time from 1ms to 1h",
     .help = "How long to wait before a daemon that died is started again, which is long enough "
             "for this text to need a few lines."},
    {.name = "allow",
     .argument = "NETWORK",
     .accepts = "an address or a network such as 10.0.0.0/8",
     .help = "Who may connect.",
     .repeatable = true},
}};

inline constexpr std::array<OptionSpec, 5> kGeneralOptions = {{
    {.name = "format",
     .argument = "FORMAT",
     .defaultValue = "text",
     .accepts = "one of text, json or csv",
     .help = "How the report is written."},
    {.name = "config",
     .shortName = 'c',
     .argument = "FILE",
     .accepts = "a file",
     .help = "Reads further settings.",
     .commandLineOnly = true},
    {.name = "an-option-with-quite-a-long-name",
     .argument = "DIR",
     .defaultValue = "/var/lib/a b\\c",
     .accepts = "a directory",
     .help = "'Quoted' at the start. See --config too."},
    {.name = "verbose", .shortName = 'v', .help = "Says more.", .repeatable = true},
    {.name = "help", .shortName = 'h', .help = "Prints this text.", .commandLineOnly = true},
}};

inline constexpr std::array<OptionGroup, 2> kSampleGroups = {
    {{"Pool", kPoolOptions}, {"General", kGeneralOptions}}};

inline constexpr OptionTable kSampleTable = {
    .program = "sample-program",
    .synopsis =
        "[-hv] [-d|--daemon CMD] [-n|--daemons-max N] [--delay TIME] [--allow NETWORK]… "
        "[-c|--config FILE] HOST:PORT",
    .summary = "Does what a sample has to do.",
    .groups = kSampleGroups,
    .examples = "Examples:\n  sample-program -d cat 127.0.0.1:8000\n"};

}  // namespace iotcpd
