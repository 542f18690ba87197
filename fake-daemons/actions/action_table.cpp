#include "fake-daemons/actions/action_table.h"

#include <array>

#include "fake-daemons/actions/families.h"

namespace iotcpd::fake {
namespace {

using enum ParameterKind;

constexpr std::uint64_t kMostBytes = 64ULL * 1024 * 1024;
constexpr std::uint64_t kMostStderr = 1024ULL * 1024 * 1024;
constexpr std::uint64_t kMostExitCode = 255;

constexpr PointSet kReplyPoints = pointSet(Point::kBeforeReply);
constexpr PointSet kDropPoints = pointSet(Point::kAfterRead) | kReplyPoints;

constexpr std::array kDistributionOnly{Parameter{"DIST", kDistribution}};
constexpr std::array kGate{Parameter{"NAME", kName}};
constexpr std::array kCode{Parameter{"CODE", kCount, kMostExitCode}};
constexpr std::array kSignalOnly{Parameter{"SIG", kSignal}};
constexpr std::array kCatchable{Parameter{"SIG", kCatchableSignal}};
constexpr std::array kBytes{Parameter{"BYTES", kCount, kMostBytes}};
constexpr std::array kSizeOnly{Parameter{"SIZE", kSize, kMostBytes}};
constexpr std::array kBytesInterval{Parameter{"BYTES", kSize, kMostBytes},
                                    Parameter{"INTERVAL", kDuration}};
constexpr std::array kTextOnly{Parameter{"TEXT", kText}};
constexpr std::array kTextDelay{Parameter{"TEXT", kText}, Parameter{"DIST", kDistribution}};
constexpr std::array kInterval{Parameter{"INTERVAL", kDuration}};
constexpr std::array kSizeRate{Parameter{"SIZE", kSize, kMostStderr},
                               Parameter{"RATE", kSize, kMostStderr, true}};
constexpr std::array kLinger{Parameter{"TIME", kDuration}, Parameter{"session", kKeyword, 0, true}};

constexpr std::array kTable{
    ActionType{"off", {}, kEveryPoint, "Do nothing; the end of a chain.", nullptr},
    ActionType{"sleep", kDistributionOnly, kEveryPoint, "Sleep that long.", startSleep},
    ActionType{"spin", kDistributionOnly, kEveryPoint, "Use the processor for that long.",
               startSpin},
    ActionType{"hang",
               {},
               kEveryPoint,
               "Go no further, ever; the default action of a signal still ends the process.",
               startHang},
    ActionType{"hold", kGate, kEveryPoint, "Go no further until the control socket releases NAME.",
               startHold},
    ActionType{"exit", kCode, kEveryPoint, "End with this exit code.", startExit},
    ActionType{"kill", kSignalOnly, kEveryPoint, "Raise the signal, with its default action.",
               startKill},
    ActionType{"abort", {}, kEveryPoint, "End by SIGABRT.", startAbort},
    ActionType{"drop", {}, kDropPoints, "Never answer this request.", startDrop},
    ActionType{"dribble", kBytesInterval, kReplyPoints,
               "Write the reply in pieces of BYTES, INTERVAL apart.", startDribble},
    ActionType{"truncate", kBytes, kReplyPoints,
               "Write the first BYTES of the reply only, its newline gone.", startTruncate},
    ActionType{
        "no-newline", {}, kReplyPoints, "Write the reply without its newline.", startNoNewline},
    ActionType{"oversize", kSizeOnly, kReplyPoints,
               "Fill the reply up to SIZE bytes, its newline included.", startOversize},
    ActionType{"garbage", kSizeOnly, kReplyPoints,
               "Write SIZE random bytes instead, the last of them a newline.", startGarbage},
    ActionType{
        "duplicate", {}, kReplyPoints, "Write the reply twice, in one write.", startDuplicate},
    ActionType{"wrong-id",
               {},
               kReplyPoints,
               "Answer with a channel ID that nobody waits for (squid-channel).",
               startWrongId},
    ActionType{"extra-line", kTextOnly, kEveryPoint,
               "Write the line TEXT that nobody asked for: at before-reply in the reply's own "
               "write, else in one of its own.",
               startExtraLine},
    ActionType{"late", kTextDelay, kEveryPoint,
               "Write the line TEXT that much later, whatever goes on then.", startLate},
    ActionType{"chatter", kInterval, kEveryPoint,
               "Write a line after each INTERVAL: from idle while it is idle, from elsewhere for "
               "good.",
               startChatter},
    ActionType{"close-stdout", {}, kEveryPoint, "Close stdout and live on.", startCloseStdout},
    ActionType{"close-stdin", {}, kEveryPoint, "Close stdin and live on.", startCloseStdin},
    ActionType{"stop-reading",
               {},
               kEveryPoint,
               "Leave stdin open and never read from it again.",
               startStopReading},
    ActionType{"stderr", kSizeRate, kEveryPoint,
               "Write SIZE bytes to stderr in lines of 100, at most RATE a second, and wait until "
               "they are taken.",
               startStderr},
    ActionType{
        "linger-child", kLinger, kEveryPoint,
        "Leave a child behind that keeps stdin, stdout and stderr open for TIME; with session, "
        "in a session of its own.",
        startLingerChild},
    ActionType{"ignore", kCatchable, kEveryPoint, "Ignore this signal from now on.", startIgnore},
};

}  // namespace

ActionTypes actionTable() { return kTable; }

}  // namespace iotcpd::fake
