#include <array>

#include "loadgen/app/options.h"
#include "loadgen/app/shared_options.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::array kGeneral{kHelpOption};

constexpr std::array kResults{
    OptionSpec{.name = "json",
               .shortName = 'o',
               .argument = "FILE",
               .accepts = "a path, or - for standard output",
               .help = "Write the merged result as JSON."},
    shared::kHgrm,
    shared::kHtml,
    shared::kJunit,
    OptionSpec{.name = "quiet",
               .shortName = 'q',
               .help = "Print no summary and no caution about settings that differ, which the "
                       "result has as notes all the same. Errors are still told."},
};

constexpr std::array kGroups{OptionGroup{"General", kGeneral}, OptionGroup{"Results", kResults}};

constexpr OptionTable kTable{
    .program = "iotcpd-loadgen merge",
    .synopsis = "[OPTION]... FILE FILE...",
    .summary =
        "Makes one result of several runs: counts and histograms are added, percentiles "
        "never averaged. Says in what settings they differ.",
    .groups = kGroups,
    .examples = "  iotcpd-loadgen merge -o all.json monday.json tuesday.json\n",
};

}  // namespace

const OptionTable& mergeOptions() { return kTable; }

}  // namespace iotcpd::loadgen
