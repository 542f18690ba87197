#include "redirector/app/options.h"

#include <array>

namespace iotcpd::redirector {
namespace {

constexpr std::array kGeneral{
    kHelpOption,
    kVersionOption,
    OptionSpec{.name = "config",
               .argument = "FILE",
               .accepts = "a readable properties file",
               .help = "Read settings from FILE, as lines 'name = value' with the long names "
                       "below; repeatable ones take a list separated by commas. The command line "
                       "wins. Read again at HUP.",
               .commandLineOnly = true},
    OptionSpec{.name = "check-config",
               .help = "Validate all settings, print the effective ones as a file for --config, "
                       "and exit.",
               .commandLineOnly = true},
};

constexpr std::array kListening{
    OptionSpec{.name = "ipv4",
               .shortName = 'i',
               .argument = "IP",
               .defaultValue = "127.0.0.1",
               .accepts = "an IPv4 address",
               .help = "Listen on this IPv4 address. The default holds only when no -i, -I or "
                       "--unix is given.",
               .repeatable = true},
    OptionSpec{.name = "ipv6",
               .shortName = 'I',
               .argument = "IP",
               .accepts = "an IPv6 address",
               .help = "Listen on this IPv6 address.",
               .repeatable = true},
    OptionSpec{.name = "port",
               .shortName = 'p',
               .argument = "N",
               .defaultValue = "9991",
               .accepts = "0 to 65535; 0 takes a free one",
               .help = "TCP port, shared by all addresses."},
    OptionSpec{.name = "unix",
               .argument = "PATH",
               .accepts = "a path of 1 to 107 bytes",
               .help = "Listen on a UNIX socket; on that alone unless -i or -I is given. A socket "
                       "file that nobody listens on is replaced."},
    OptionSpec{.name = "unix-mode",
               .argument = "MODE",
               .defaultValue = "0660",
               .accepts = "octal permission bits, 0 to 0777",
               .help = "Permission bits of the UNIX socket."},
    OptionSpec{.name = "backlog",
               .argument = "N",
               .defaultValue = "1024",
               .accepts = "1 to 65535",
               .help = "Connections the kernel keeps while they wait to be accepted."},
    OptionSpec{.name = "threads",
               .argument = "N",
               .defaultValue = "1",
               .accepts = "1 to 64, not more than --num-daemons and --max-clients; 1 with --unix",
               .help = "Threads that serve. The kernel shares connections out between them; "
                       "daemons, --max-clients and --queue-size are shared out too, so that a "
                       "request waits for a daemon of its own thread."},
};

constexpr std::array kPool{
    OptionSpec{.name = "daemon",
               .shortName = 'd',
               .argument = "CMD",
               .defaultValue = "squidGuard -c sg/adblock.conf",
               .accepts = "a command, its words quoted as in a shell",
               .help = "Daemon to run. Split into words as a shell would, but no shell runs."},
    OptionSpec{.name = "num-daemons",
               .shortName = 'n',
               .argument = "N",
               .defaultValue = "4",
               .accepts = "1 to 4096",
               .help = "Number of daemons in the pool."},
    OptionSpec{.name = "busy-timeout",
               .shortName = 'b',
               .argument = "T",
               .defaultValue = "15s",
               .accepts = "a time from 1ms to 1h; a bare number is seconds",
               .help = "A daemon that takes longer for one request is replaced and its client "
                       "gets the error reply."},
    OptionSpec{.name = "alarm-interval",
               .shortName = 'a',
               .argument = "T",
               .defaultValue = "2s",
               .accepts = "a time from 1ms to 1h; a bare number is seconds",
               .help = "First delay of the back-off for daemons that die without having served, "
                       "and how long a successor must be alive and silent at a refresh."},
    OptionSpec{.name = "concurrency",
               .argument = "N",
               .defaultValue = "0",
               .accepts = "0 to 4096; 0 is one request at a time, without IDs",
               .help = "Give each daemon up to N requests at the same time, with Squid's channel "
                       "IDs: 'ID request' to the daemon, 'ID reply' back, in any order."},
    OptionSpec{.name = "settle",
               .argument = "T",
               .defaultValue = "0s",
               .accepts = "a time from 0 to 1m",
               .help = "Let a daemon rest this long after each reply; any output in that time "
                       "condemns it. For daemons that add late lines."},
    OptionSpec{.name = "recycle-after",
               .argument = "N",
               .defaultValue = "0",
               .accepts = "0 (never) to 1000000000",
               .help = "Replace a daemon after this many requests."},
    OptionSpec{.name = "recycle-age",
               .argument = "T",
               .defaultValue = "0s",
               .accepts = "0 (never), or a time from 100ms to 8760h",
               .help = "Replace a daemon of this age; up to a quarter earlier, so that not all go "
                       "at once."},
    OptionSpec{.name = "probe",
               .argument = "REQUEST",
               .accepts = "a line of 1 to 4095 bytes",
               .help = "Request that a new daemon must answer before clients get it: a daemon "
                       "can be alive and yet answer nonsense."},
    OptionSpec{.name = "probe-expect",
               .argument = "REGEX",
               .accepts = "a Perl-compatible regular expression",
               .help = "What the answer to --probe must match; any line will do without it."},
    OptionSpec{.name = "max-reply",
               .argument = "SIZE",
               .defaultValue = "64KiB",
               .accepts = "a size from 1 to 64MiB",
               .help = "Longest reply, newline included. A daemon that exceeds it is replaced."},
};

constexpr std::array kClients{
    OptionSpec{.name = "max-request",
               .argument = "SIZE",
               .defaultValue = "4KiB",
               .accepts = "a size from 2 to 16MiB",
               .help = "Longest request, newline included."},
    OptionSpec{.name = "client-timeout",
               .argument = "T",
               .defaultValue = "10s",
               .accepts = "a time from 1ms to 1h",
               .help = "Time for a whole request line to arrive, and again for a reply to be "
                       "taken."},
    OptionSpec{.name = "keep-alive",
               .defaultValue = "no",
               .accepts = "yes or no in the file",
               .help = "Serve any number of requests per connection; replies come in the order of "
                       "the requests."},
    OptionSpec{.name = "max-pipeline",
               .argument = "N",
               .defaultValue = "64",
               .accepts = "1 to 65536",
               .help = "With --keep-alive, requests of one connection that may be under way at "
                       "the same time; beyond it the connection is not read."},
    OptionSpec{.name = "idle-timeout",
               .argument = "T",
               .defaultValue = "1m",
               .accepts = "a time from 1ms to 24h",
               .help = "With --keep-alive, close a connection on which nothing has been asked for "
                       "this long."},
    OptionSpec{.name = "max-clients",
               .argument = "N",
               .defaultValue = "10000",
               .accepts = "1 to 1000000",
               .help = "Connections at the same time; beyond it accepting pauses."},
    OptionSpec{.name = "max-clients-per-source",
               .argument = "N",
               .defaultValue = "unlimited",
               .accepts = "1 to 1000000, or unlimited",
               .help = "Connections of one source address; further ones are closed at once."},
    OptionSpec{.name = "allow",
               .argument = "CIDR",
               .accepts = "an address or a network such as 10.0.0.0/8 or fd00::/8, host bits zero",
               .help = "Serve clients from this network; others are closed at once. Without it "
                       "everybody is served. ::/0 is all addresses, those of IPv4 too.",
               .repeatable = true},
    OptionSpec{.name = "queue-size",
               .argument = "N",
               .defaultValue = "1024",
               .accepts = "0 to 1000000",
               .help = "Requests that may wait for a daemon; further ones get the error reply at "
                       "once. With 0 that is each one that finds no idle daemon, also while one "
                       "rests (--settle) or is being replaced (--recycle-after)."},
    OptionSpec{.name = "queue-timeout",
               .argument = "T",
               .defaultValue = "500ms",
               .accepts = "a time from 1ms to 1h",
               .help = "Longest wait for a daemon before the error reply is given."},
    OptionSpec{.name = "error-reply",
               .argument = "TEXT",
               .defaultValue = "ERR",
               .accepts = "one line of up to 1024 bytes",
               .help = "What a client gets when its request cannot be answered."},
    OptionSpec{.name = "drain-timeout",
               .argument = "T",
               .accepts = "a time from 0 to 1h",
               .help = "At TERM, time for open requests to be answered (default: queue-timeout + "
                       "busy-timeout + 1s)."},
};

constexpr std::array kOutput{
    OptionSpec{.name = "log-level",
               .argument = "LEVEL",
               .defaultValue = "information",
               .accepts = "one of error, warning, notice, information, debug",
               .help = "Least important messages to log."},
    OptionSpec{.name = "log-format",
               .argument = "FORMAT",
               .defaultValue = "text",
               .accepts = "one of text, json",
               .help = "One line per message, either way."},
    OptionSpec{.name = "log-file",
               .argument = "FILE",
               .accepts = "a path that can be written to",
               .help = "Log to FILE rather than to standard error; reopened at HUP."},
    OptionSpec{.name = "stats-file",
               .argument = "FILE",
               .accepts = "a path that can be written to",
               .help = "Write the statistics as JSON to FILE at USR1 and at the end, replacing "
                       "it in one step."},
    OptionSpec{.name = "trace",
               .argument = "FILE",
               .accepts = "a path that can be written to",
               .help = "Append one JSON line per query and outcome to FILE; for tests."},
};

constexpr std::array kGroups{
    OptionGroup{"General", kGeneral}, OptionGroup{"Listening", kListening},
    OptionGroup{"Pool", kPool},       OptionGroup{"Clients", kClients},
    OptionGroup{"Output", kOutput},
};

constexpr OptionTable kTable{
    .program = "iotcpd",
    .synopsis =
        "[-hv] [-d|--daemon CMD] [-i|--ipv4 IP] [-I|--ipv6 IP] [-p|--port N] "
        "[-n|--num-daemons N] [-b|--busy-timeout T] [-a|--alarm-interval T] [OPTION]...",
    .summary =
        "Puts a pool of identical stdin/stdout programs behind a TCP port: one request line "
        "in, one reply line out.",
    .groups = kGroups,
    .examples =
        "  iotcpd --num-daemons 8 --daemon \"squidGuard -c sg/adblock.conf\" \\\n"
        "    --ipv4 127.0.0.1 --port 1234\n"
        "  iotcpd -n 2 -d \"sed -u s/a/b/\" -p 9991 & echo banana | nc -N 127.0.0.1 9991\n",
};

}  // namespace

const OptionTable& optionTable() { return kTable; }

}  // namespace iotcpd::redirector
