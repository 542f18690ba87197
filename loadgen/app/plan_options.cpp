#include <array>

#include "loadgen/app/options.h"
#include "loadgen/app/shared_options.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::array kGeneral{
    kHelpOption,
    OptionSpec{.name = "output",
               .shortName = 'o',
               .argument = "FILE",
               .defaultValue = "-",
               .accepts = "a path, or - for standard output",
               .help = "Where the plan is written."},
};

constexpr std::array kArrivals{shared::kRate, shared::kArrivals, shared::kReplay, shared::kSpeed,
                               shared::kSeed};

constexpr std::array kRequests{shared::kRequest, shared::kRequestsFile, shared::kShuffle,
                               shared::kMisbehave};

constexpr std::array kLength{
    OptionSpec{.name = "duration",
               .shortName = 'd',
               .argument = "T",
               .accepts = "a time from 1ms to 168h",
               .help = "No request is due at or after T. Without it: 10s, or where --requests, "
                       "the schedule or the log end."},
    OptionSpec{.name = "requests",
               .shortName = 'n',
               .argument = "N",
               .accepts = "1 to 1000000000000",
               .help = "Plan N requests at the most."},
};

constexpr std::array kGroups{
    OptionGroup{"General", kGeneral},
    OptionGroup{"Arrivals", kArrivals},
    OptionGroup{"Requests", kRequests},
    OptionGroup{"Length of the plan", kLength},
};

constexpr OptionTable kTable{
    .program = "iotcpd-loadgen plan",
    .synopsis = "[OPTION]... --rate SCHEDULE | --replay FILE",
    .summary =
        "Writes down what a run would send and when, for 'run --plan' to send it bit for "
        "bit.",
    .groups = kGroups,
    .examples =
        "  iotcpd-loadgen plan --rate 100/s --arrivals poisson --duration 1m --seed 7 \\\n"
        "    --request 'http://example.org/{seq} 127.0.0.1/- - GET' -o minute.plan\n"
        "  iotcpd-loadgen run --plan minute.plan 127.0.0.1:9991\n",
};

}  // namespace

const OptionTable& planOptions() { return kTable; }

}  // namespace iotcpd::loadgen
