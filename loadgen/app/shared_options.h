#pragma once

#include <array>
#include <string_view>

#include "common/cli/option_table.h"

/// Options that mean the same in several commands.
namespace iotcpd::loadgen::shared {

// -- arrivals ---------------------------------------------------------------------------------

inline constexpr OptionSpec kRate{
    .name = "rate",
    .argument = "SCHEDULE",
    .accepts =
        "a rate such as 1000/s, or a schedule such as '100/s for 10s, ramp to 2000/s over "
        "30s, step 500/s every 5s'",
    .help = "Open loop: requests are due at this rate, whatever the service does."};
inline constexpr OptionSpec kArrivals{
    .name = "arrivals",
    .argument = "KIND",
    .defaultValue = "constant",
    .accepts = "one of constant, poisson",
    .help = "Evenly spaced, or at random as independent users come (needs an open loop)."};
inline constexpr OptionSpec kReplay{
    .name = "replay",
    .argument = "FILE",
    .accepts = "an access.log in Squid's native format",
    .help = "Open loop: the requests of the log at the times of the log."};
inline constexpr OptionSpec kSpeed{.name = "speed",
                                   .argument = "FACTOR",
                                   .defaultValue = "1x",
                                   .accepts = "0.001x to 1000x",
                                   .help = "How much faster than it happened --replay is."};
inline constexpr OptionSpec kSeed{
    .name = "seed",
    .argument = "N",
    .accepts = "0 to 18446744073709551615",
    .help =
        "The same seed and options give the same plan. Without it the kernel gives one, and "
        "the report tells it."};

// -- requests ---------------------------------------------------------------------------------

inline constexpr OptionSpec kRequest{
    .name = "request",
    .argument = "[WEIGHT:]TEMPLATE",
    .defaultValue = "{token}",
    .accepts = "a line, with {seq} {uuid} {rand:1..100} {token} {file:PATH} in it if need be",
    .help =
        "What is sent; of several, each as often as its weight says. A {token} has to come "
        "back in the reply.",
    .repeatable = true};
inline constexpr OptionSpec kRequestsFile{.name = "requests-file",
                                          .argument = "FILE",
                                          .accepts = "a file with a request a line",
                                          .help =
                                              "Send the lines of FILE in turn, again and "
                                              "again."};
inline constexpr OptionSpec kShuffle{
    .name = "shuffle",
    .help = "Take the lines of --requests-file in an order drawn from the seed."};
inline constexpr OptionSpec kMisbehave{
    .name = "misbehave",
    .argument = "MIX",
    .accepts =
        "KIND:SHARE%, ...; a KIND is slow-loris, half-close, abort-after-send, oversize, "
        "no-newline or rst",
    .help =
        "Shares of the requests that are sent by clients that misbehave. They are counted "
        "apart and are in no latency."};

// -- connections ------------------------------------------------------------------------------

inline constexpr OptionSpec kConnections{
    .name = "connections",
    .shortName = 'c',
    .argument = "N",
    .accepts = "1 to 100000",
    .help =
        "Closed loop: how many clients there are, 10 unless given. Open loop: how many "
        "connections are open at the most, 1000 unless given; a request that finds none free "
        "waits, and its wait counts."};
inline constexpr OptionSpec kDaemons{
    .name = "daemons",
    .argument = "N",
    .defaultValue = "1",
    .accepts = "1 to 4096",
    .help =
        "How many daemons exec:CMD starts. Each is a connection that stays, and is started again "
        "when it has ended or has not replied in time."};
inline constexpr OptionSpec kKeepAlive{
    .name = "keep-alive",
    .shortName = 'k',
    .help = "Send request after request on a connection. Without it each has one of its own."};
inline constexpr OptionSpec kPipeline{
    .name = "pipeline",
    .argument = "N",
    .defaultValue = "1",
    .accepts = "1 to 1024",
    .help =
        "How many requests of a connection may wait for their replies (more than one needs "
        "--keep-alive or exec:)."};
inline constexpr OptionSpec kSource{
    .name = "source",
    .argument = "ADDRESS",
    .accepts = "an IPv4 or IPv6 address of this machine",
    .help = "Connect from this address; from several in turn, so that ports suffice.",
    .repeatable = true};
inline constexpr OptionSpec kTimeout{
    .name = "timeout",
    .argument = "T",
    .defaultValue = "10s",
    .accepts = "a time from 1ms to 1h",
    .help = "How long to wait for a whole reply, from the send. What takes longer is a timeout."};
inline constexpr OptionSpec kDrain{
    .name = "drain",
    .argument = "T",
    .accepts = "a time from 0 to 1h",
    .help =
        "How long to wait, after the last request was due, for what is unsent or unanswered; "
        "as --timeout unless given. What is left then is censored."};
inline constexpr OptionSpec kSpin{
    .name = "spin",
    .argument = "T",
    .defaultValue = "100us",
    .accepts = "a time from 0 to 10ms",
    .help =
        "Before a request is due, watch the clock for T instead of sleeping. It costs "
        "processor time and makes sends punctual."};

// -- the service ------------------------------------------------------------------------------

inline constexpr OptionSpec kServe{
    .name = "serve",
    .argument = "CMD",
    .accepts = "a command line, quoted as in a shell; no shell runs",
    .help =
        "Start the service itself instead of connecting to HOST:PORT, wait until it is ready, "
        "and stop it at the end."};
inline constexpr OptionSpec kServeReady{
    .name = "serve-ready",
    .argument = "REGEX",
    .defaultValue = R"(^iotcpd ready: (\S+))",
    .accepts = "a Perl-compatible regular expression with a group",
    .help =
        "The line on standard output with which --serve says that it is ready; its first group "
        "is the address to connect to."};

inline constexpr OptionSpec kServeTimeout{
    .name = "serve-timeout",
    .argument = "T",
    .defaultValue = "30s",
    .accepts = "a time from 1ms to 1h",
    .help = "How long --serve may take to be ready before it is given up."};

// -- what is a good reply ---------------------------------------------------------------------

inline constexpr OptionSpec kErrorReply{
    .name = "error-reply",
    .argument = "TEXT",
    .defaultValue = "ERR and BH",
    .accepts = "a whole reply, or its start up to a blank; nothing ('') for no such reply",
    .help = "Such a reply is an error. Those given replace the default.",
    .repeatable = true};
inline constexpr OptionSpec kExpect{
    .name = "expect",
    .argument = "REGEX",
    .accepts = "a Perl-compatible regular expression",
    .help = "A reply that matches is ok even if --error-reply names it; any other is wrong."};

// -- results ----------------------------------------------------------------------------------

inline constexpr OptionSpec kJson{.name = "json",
                                  .argument = "FILE",
                                  .accepts = "a path, or - for standard output",
                                  .help =
                                      "Write the result as JSON, histograms included: what "
                                      "compare, merge and report read."};
inline constexpr OptionSpec kCsv{.name = "csv",
                                 .argument = "FILE",
                                 .accepts = "a path, or - for standard output",
                                 .help = "Write a row per second as CSV, as the run goes."};
inline constexpr OptionSpec kHgrm{
    .name = "hgrm",
    .argument = "FILE",
    .accepts = "a path, or - for standard output",
    .help = "Write the percentile distribution of the latency as HdrHistogram plots it."};
inline constexpr OptionSpec kHlog{.name = "hlog",
                                  .argument = "FILE",
                                  .accepts = "a path, or - for standard output",
                                  .help =
                                      "Write a histogram per second as an HdrHistogram log, "
                                      "version 1.3."};
inline constexpr OptionSpec kHtml{
    .name = "html",
    .argument = "FILE",
    .accepts = "a path, or - for standard output",
    .help = "Write a report with plots as one page that needs nothing else."};
inline constexpr OptionSpec kJunit{.name = "junit",
                                   .argument = "FILE",
                                   .accepts = "a path, or - for standard output",
                                   .help = "Write the verdicts as JUnit XML."};
/// Those that name a file to be written.
inline constexpr std::array<std::string_view, 6> kOutputs{"json", "csv",  "hgrm",
                                                          "hlog", "html", "junit"};
/// Those that name a file to be read, of requests.
inline constexpr std::array<std::string_view, 3> kInputs{"plan", "replay", "requests-file"};
inline constexpr OptionSpec kQuiet{
    .name = "quiet",
    .shortName = 'q',
    .help = "Print no summary and no progress. Errors are still told."};

}  // namespace iotcpd::loadgen::shared
