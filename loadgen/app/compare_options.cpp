#include <array>

#include "loadgen/app/options.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::array kGeneral{
    kHelpOption,
    OptionSpec{.name = "tolerance",
               .argument = "SHARE",
               .defaultValue = "5%",
               .accepts = "0% to 1000%",
               .help = "How much worse a metric may get. It counts as worse only when its whole "
                       "95 % confidence interval is beyond that."},
    OptionSpec{.name = "quiet", .shortName = 'q', .help = "Print nothing; the exit code tells."},
};

constexpr std::array kGroups{OptionGroup{"General", kGeneral}};

constexpr OptionTable kTable{
    .program = "iotcpd-loadgen compare",
    .synopsis = "[-hq] [--tolerance SHARE] BASE OTHER",
    .summary = "Compares two results; exits with 99 when the second is worse.",
    .groups = kGroups,
    .examples = "  iotcpd-loadgen compare --tolerance 10% before.json after.json\n",
};

}  // namespace

const OptionTable& compareOptions() { return kTable; }

}  // namespace iotcpd::loadgen
