#include "fake-daemons/app/options.h"

#include <array>

namespace iotcpd::fake {
namespace {

constexpr std::array kGeneral{
    kHelpOption,
    kVersionOption,
    OptionSpec{.name = "profile",
               .argument = "NAME|FILE",
               .accepts = "a name that --list-profiles shows, or a path with a slash in it",
               .help = "Behave as a profile says; what the command line says wins, and its faults "
                       "come on top.",
               .commandLineOnly = true},
    OptionSpec{.name = "list-profiles",
               .help = "Print the names of the profiles that are installed, and what each does.",
               .commandLineOnly = true},
    OptionSpec{.name = "print",
               .help = "Print what all of this comes to, as a profile, and exit.",
               .commandLineOnly = true},
};

constexpr std::array kBehaviour{
    OptionSpec{.name = "personality",
               .argument = "KIND",
               .defaultValue = "echo",
               .accepts = "one of echo, fixed, squidguard, squid-channel",
               .help = "What it answers: the request itself, a template, Squid's URL rewriter "
                       "protocol, or the request with its channel ID, in any order."},
    OptionSpec{.name = "template",
               .argument = "TEXT",
               .defaultValue = "OK",
               .accepts =
                   "a line with {line} {token} {pid} {worker} {incarnation} {seq} {slept_us} "
                   "in it",
               .help = "The reply of personality fixed."},
    OptionSpec{.name = "patterns",
               .argument = "FILE",
               .accepts = "a file of lines 'REGEX [URL]'",
               .help = "URLs that personality squidguard redirects, and where to ({url} stands for "
                       "the one asked for). Without it none is."},
    OptionSpec{.name = "latency",
               .argument = "DIST",
               .defaultValue = "0s",
               .accepts = "a distribution such as 5ms or lognormal(20ms, p99=80ms)",
               .help = "Time from a request to its reply."},
    OptionSpec{.name = "startup",
               .argument = "DIST",
               .defaultValue = "0s",
               .accepts = "a distribution",
               .help = "Time from the start until the first request is read."},
    OptionSpec{.name = "fault",
               .argument = "SPEC",
               .accepts = "POINT[(worker N, incarnation N)] = [TRIGGER] ACTION [-> ...]",
               .help = "What goes wrong, where and when; see FAULTS in the manual.",
               .repeatable = true},
    OptionSpec{.name = "obey-requests",
               .help = "Requests may carry faults of their own: words such as "
                       "@before-reply=exit(7)."},
    OptionSpec{.name = "seed",
               .argument = "N",
               .accepts = "0 to 18446744073709551615",
               .help = "The same seed and the same requests give the same run. Without it each "
                       "process takes a seed from the kernel."},
    OptionSpec{.name = "spin",
               .argument = "T",
               .defaultValue = "0s",
               .accepts = "a time from 0 to 10ms",
               .help = "Spend the last T of each sleep on the processor, for those who need "
                       "microseconds."},
    OptionSpec{.name = "wrap",
               .help = "Run the program given after -- and put the faults around it.",
               .commandLineOnly = true},
};

constexpr std::array kEvidence{
    OptionSpec{.name = "journal",
               .argument = "FILE",
               .accepts = "a path; {pid}, {worker} and {incarnation} in it are filled in",
               .help = "Append a JSON line for each thing that happens to FILE."},
    OptionSpec{.name = "control",
               .argument = "PATH",
               .accepts = "a path of 1 to 107 bytes, filled in likewise",
               .help = "Take commands on a UNIX socket there; see CONTROL in the manual."},
};

constexpr std::array kGroups{
    OptionGroup{"General", kGeneral},
    OptionGroup{"Behaviour", kBehaviour},
    OptionGroup{"Evidence and control", kEvidence},
};

constexpr OptionTable kTable{
    .program = "iotcpd-fake-daemon",
    .synopsis =
        "[-hv] [--profile NAME|FILE] [OPTION]... [--wrap -- CMD [ARGUMENT]...] | "
        "ctl [--timeout T] PATH... -- COMMAND",
    .summary =
        "Plays a daemon that answers each line on stdin with a line on stdout: with any "
        "latency, any crash and any misbehaviour, on command, seeded and provable.",
    .groups = kGroups,
    .examples =
        "  iotcpd-fake-daemon --latency 'lognormal(20ms, p99=80ms)' \\\n"
        "    --fault 'after-read = 2% kill(SEGV)'\n"
        "  iotcpd-fake-daemon --profile flaky --seed 7 --journal /tmp/{worker}.jsonl\n"
        "  iotcpd-fake-daemon --fault 'before-reply = hold(gate)' --control /tmp/fake.{pid}\n"
        "  iotcpd-fake-daemon ctl '/tmp/fake.{pid}' -- release gate\n"
        "  iotcpd-fake-daemon --fault 'after-reply = every(100) exit(1)' \\\n"
        "    --wrap -- squidGuard -c sg/adblock.conf\n",
};

}  // namespace

const OptionTable& optionTable() { return kTable; }

}  // namespace iotcpd::fake
