#include <array>

#include "loadgen/app/options.h"
#include "loadgen/app/shared_options.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::array kGeneral{kHelpOption};

constexpr std::array kArrivals{
    shared::kRate,
    shared::kArrivals,
    OptionSpec{.name = "think",
               .argument = "DIST",
               .defaultValue = "0s",
               .accepts = "a distribution such as 5ms or exp(100ms)",
               .help = "Closed loop: how long a client waits after a reply before it sends its "
                       "next request."},
    shared::kReplay,
    shared::kSpeed,
    OptionSpec{.name = "plan",
               .argument = "FILE",
               .accepts = "what 'iotcpd-loadgen plan' has written",
               .help = "Open loop: send exactly these bytes at exactly these times."},
    shared::kSeed,
};

constexpr std::array kRequests{shared::kRequest, shared::kRequestsFile, shared::kShuffle,
                               shared::kMisbehave};

constexpr std::array kConnections{shared::kConnections, shared::kDaemons, shared::kKeepAlive,
                                  shared::kPipeline,    shared::kSource,  shared::kTimeout,
                                  shared::kDrain,       shared::kSpin};

constexpr std::array kService{shared::kServe, shared::kServeReady, shared::kServeTimeout};

constexpr std::array kLength{
    OptionSpec{.name = "duration",
               .shortName = 'd',
               .argument = "T",
               .accepts = "a time from 1ms to 168h",
               .help = "No request is due at or after T. Without it: 10s, or where --requests, "
                       "the schedule, the log or the plan end; 5m at the most with --until."},
    OptionSpec{.name = "requests",
               .shortName = 'n',
               .argument = "N",
               .accepts = "1 to 1000000000000",
               .help = "End after N requests, those of the warm-up included."},
    OptionSpec{.name = "until",
               .argument = "PRECISION",
               .accepts = "a percentile and its precision, such as 'p99±5%' or 'p99+-5%'",
               .help = "End as soon as the 95 % confidence interval of that percentile of the "
                       "latency is that narrow."},
    OptionSpec{.name = "warmup",
               .argument = "T",
               .defaultValue = "0s",
               .accepts = "a time from 0 to 24h, shorter than the run",
               .help = "Requests due in this time are sent, but are in no result."},
};

constexpr std::array kVerdict{
    shared::kErrorReply,
    shared::kExpect,
    OptionSpec{.name = "assert",
               .argument = "ASSERTION",
               .accepts = "METRIC OP VALUE such as 'p99 < 50ms', 'errors == 0' or 'rate >= 0.99 * "
                          "target'",
               .help = "Exit with 99 unless this is so; see ASSERTIONS in the manual.",
               .repeatable = true},
};

constexpr std::array kResults{shared::kJson, shared::kCsv,   shared::kHgrm, shared::kHlog,
                              shared::kHtml, shared::kJunit, shared::kQuiet};

constexpr std::array kGroups{
    OptionGroup{"General", kGeneral},
    OptionGroup{"Arrivals", kArrivals},
    OptionGroup{"Requests", kRequests},
    OptionGroup{"Connections", kConnections},
    OptionGroup{"Service", kService},
    OptionGroup{"Length of the run", kLength},
    OptionGroup{"Replies and verdict", kVerdict},
    OptionGroup{"Results", kResults},
};

constexpr OptionTable kTable{
    .program = "iotcpd-loadgen run",
    .synopsis = "[OPTION]... HOST:PORT | unix:PATH | exec:CMD | --serve CMD",
    .summary = "Sends requests to a service and reports how it answered.",
    .groups = kGroups,
    .examples =
        "  iotcpd-loadgen run 127.0.0.1:9991\n"
        "  iotcpd-loadgen run --rate 1000/s --arrivals poisson --duration 30s \\\n"
        "    --assert 'p99 < 50ms' --assert 'errors == 0' 127.0.0.1:9991\n"
        "  iotcpd-loadgen run --rate '100/s for 10s, ramp to 2000/s over 30s' \\\n"
        "    --json run.json --html run.html 127.0.0.1:9991\n"
        "  iotcpd-loadgen run --connections 50 --keep-alive unix:/run/service.sock\n"
        "  iotcpd-loadgen run --serve 'iotcpd -n 8 -d cat -p 0' --rate 500/s\n"
        "  iotcpd-loadgen run --daemons 8 --requests-file urls 'exec:squidGuard -c x'\n",
};

}  // namespace

const OptionTable& runOptions() { return kTable; }

}  // namespace iotcpd::loadgen
