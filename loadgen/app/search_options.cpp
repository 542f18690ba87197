#include <array>

#include "loadgen/app/options.h"
#include "loadgen/app/shared_options.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::array kGeneral{kHelpOption};

constexpr std::array kSearch{
    OptionSpec{.name = "slo",
               .argument = "ASSERTION",
               .accepts = "METRIC OP VALUE such as 'p99<50ms' or 'errors == 0'",
               .help = "What has to hold at a rate that the service is said to carry; at least one "
                       "is needed.",
               .repeatable = true},
    OptionSpec{.name = "from",
               .argument = "RATE",
               .defaultValue = "100/s",
               .accepts = "a rate from 1/h to 10000000/s",
               .help = "The rate to begin with. It is doubled until an SLO is broken; then the "
                       "interval is halved."},
    OptionSpec{.name = "to",
               .argument = "RATE",
               .defaultValue = "1000000/s",
               .accepts = "a rate from 1/h to 10000000/s, above --from",
               .help = "The highest rate that is tried."},
    OptionSpec{.name = "step-duration",
               .argument = "T",
               .defaultValue = "10s",
               .accepts = "a time from 100ms to 24h",
               .help = "How long each rate is measured, after --step-warmup."},
    OptionSpec{.name = "step-warmup",
               .argument = "T",
               .defaultValue = "1s",
               .accepts = "a time from 0 to 1h",
               .help = "How long each rate is driven before it is measured."},
    OptionSpec{.name = "precision",
               .argument = "SHARE",
               .defaultValue = "5%",
               .accepts = "0.1% to 50%",
               .help = "End when the highest rate that holds and the lowest that does not are that "
                       "close."},
    shared::kArrivals,
    shared::kSeed,
};

constexpr std::array kRequests{shared::kRequest, shared::kRequestsFile, shared::kShuffle};

constexpr std::array kConnections{shared::kConnections, shared::kDaemons, shared::kKeepAlive,
                                  shared::kPipeline,    shared::kSource,  shared::kTimeout,
                                  shared::kDrain,       shared::kSpin};

constexpr std::array kService{shared::kServe, shared::kServeReady, shared::kServeTimeout};

constexpr std::array kReplies{shared::kErrorReply, shared::kExpect};

constexpr std::array kResults{
    OptionSpec{.name = "json",
               .argument = "FILE",
               .accepts = "a path, or - for standard output",
               .help = "Write the result at the highest rate that holds as JSON."},
    OptionSpec{.name = "html",
               .argument = "FILE",
               .accepts = "a path, or - for standard output",
               .help = "Write a page with the plots of every rate that was tried."},
    shared::kQuiet,
};

constexpr std::array kGroups{
    OptionGroup{"General", kGeneral},   OptionGroup{"Search", kSearch},
    OptionGroup{"Requests", kRequests}, OptionGroup{"Connections", kConnections},
    OptionGroup{"Service", kService},   OptionGroup{"Replies", kReplies},
    OptionGroup{"Results", kResults},
};

constexpr OptionTable kTable{
    .program = "iotcpd-loadgen search",
    .synopsis = "[OPTION]... --slo ASSERTION HOST:PORT | unix:PATH | exec:CMD | --serve CMD",
    .summary = "Finds the highest rate at which a service keeps its promises.",
    .groups = kGroups,
    .examples =
        "  iotcpd-loadgen search --slo 'p99<50ms' --slo 'errors == 0' 127.0.0.1:9991\n"
        "  iotcpd-loadgen search --slo 'p99<50ms' --from 500/s --to 20000/s \\\n"
        "    --arrivals poisson --serve 'iotcpd -n 8 -d cat -p 0'\n",
};

}  // namespace

const OptionTable& searchOptions() { return kTable; }

}  // namespace iotcpd::loadgen
