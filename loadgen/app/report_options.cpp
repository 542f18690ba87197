#include <array>

#include "loadgen/app/options.h"
#include "loadgen/app/shared_options.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::array kGeneral{kHelpOption};

constexpr std::array kResults{
    shared::kJson,
    OptionSpec{.name = "csv",
               .argument = "FILE",
               .accepts = "a path, or - for standard output",
               .help = "Write a row per point of the timeline as CSV."},
    shared::kHgrm,
    OptionSpec{.name = "hlog",
               .argument = "FILE",
               .accepts = "a path, or - for standard output",
               .help = "Write a histogram of the latency per point of the timeline as an "
                       "HdrHistogram log."},
    OptionSpec{.name = "html",
               .argument = "FILE",
               .accepts = "a path, or - for standard output",
               .help = "Write a report with plots as one page; several results are overlaid."},
    shared::kJunit,
    OptionSpec{.name = "quiet", .shortName = 'q', .help = "Print no summary."},
};

constexpr std::array kGroups{OptionGroup{"General", kGeneral}, OptionGroup{"Results", kResults}};

constexpr OptionTable kTable{
    .program = "iotcpd-loadgen report",
    .synopsis = "[OPTION]... FILE...",
    .summary = "Shows results that were written as JSON: as text, or in any other format.",
    .groups = kGroups,
    .examples =
        "  iotcpd-loadgen report run.json\n"
        "  iotcpd-loadgen report --html both.html before.json after.json\n",
};

}  // namespace

const OptionTable& reportOptions() { return kTable; }

}  // namespace iotcpd::loadgen
