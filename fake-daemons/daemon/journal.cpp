#include "fake-daemons/daemon/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "common/os/nonblocking.h"
#include "common/text/json_text.h"
#include "common/version.h"
#include "fake-daemons/grammar/fault_printer.h"
#include "fake-daemons/grammar/signal_names.h"

namespace iotcpd::fake {
namespace {

/// Of a request; the rest is known to whoever sent it.
constexpr std::size_t kHeadBytes = 64;

std::string tokenOf(const Request& request) {
  return request.token.empty() ? "null" : jsonText(request.token);
}

/// Which request it is about, if any.
std::string aboutFields(const Request* request) {
  if (request == nullptr) return {};
  return fmt::format(R"(,"seq":{},"token":{})", request->sequence, tokenOf(*request));
}

std::int64_t microseconds(Nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
}

}  // namespace

Journal::Journal(const Identity& identity) : identity_(identity) {}

int Journal::open(const std::string& path) {
  fd_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0644));
  return fd_ ? 0 : errno;
}

void Journal::write(TimePoint now, std::string_view event, const std::string& fields) {
  if (!fd_) return;
  // Some events bring the time at which the loop turned, others that of their own moment.
  last_ = std::max(last_, now);
  // A line that was cut off ends here, so that it spoils no other.
  const std::string line =
      fmt::format(R"({}{{"event":"{}","t_ns":{},"pid":{},"worker":{},"incarnation":{}{}}})"
                  "\n",
                  torn_ ? "\n" : "", event, last_.time_since_epoch().count(), ::getpid(),
                  identity_.worker, identity_.incarnation, fields);
  const ssize_t written = ::write(fd_.get(), line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size())) {
    torn_ = false;
    return;
  }
  if (!complained_) {
    complained_ = true;
    const std::string complaint = fmt::format("iotcpd-fake-daemon: journal: {}; goes on without\n",
                                              written < 0 ? std::strerror(errno) : "cut off");
    static_cast<void>(writeNonBlocking(openNonBlocking(STDERR_FILENO).get(), complaint));
  }
  torn_ = torn_ || written > 0;
  ++lost_;
}

void Journal::start(TimePoint now, std::string_view personality) {
  timespec wall{};
  ::clock_gettime(CLOCK_REALTIME, &wall);
  write(now, "start",
        fmt::format(R"(,"version":"{}","personality":"{}","seed":{},"realtime_ns":{})", kVersion,
                    personality, identity_.seed,
                    static_cast<std::int64_t>(wall.tv_sec) * 1'000'000'000 + wall.tv_nsec));
}

void Journal::received(TimePoint now, const Request& request) {
  if (!fd_) return;
  write(now, "recv",
        fmt::format(R"(,"seq":{},"token":{},"bytes":{},"request":{})", request.sequence,
                    tokenOf(request), request.line.size(),
                    jsonText(request.text().substr(0, kHeadBytes))));
}

void Journal::fault(TimePoint now, const Fired& fired, const Request* request) {
  if (!fd_) return;
  write(now, "fault",
        fmt::format(R"({},"point":"{}","action":"{}","hit":{},"fired":{},"fault":{})",
                    aboutFields(request), pointName(fired.fault->spec().point),
                    fired.action->type->name, fired.hit, fired.fired,
                    jsonText(printFault(fired.fault->spec()))));
}

void Journal::replied(TimePoint now, const Request& request, std::size_t bytes) {
  if (!fd_) return;
  write(now, "reply",
        fmt::format(R"(,"seq":{},"token":{},"bytes":{},"slept_us":{},"service_us":{})",
                    request.sequence, tokenOf(request), bytes, microseconds(request.slept),
                    microseconds(now - request.readAt)));
}

void Journal::slept(TimePoint now, Point point, const Request* request, Nanoseconds time) {
  if (!fd_) return;
  write(now, "slept",
        fmt::format(R"({},"point":"{}","slept_us":{})", aboutFields(request), pointName(point),
                    microseconds(time)));
}

void Journal::stray(TimePoint now, std::size_t bytes) {
  write(now, "stray", fmt::format(R"(,"bytes":{})", bytes));
}

void Journal::child(TimePoint now, int pid) {
  write(now, "child", fmt::format(R"(,"child_pid":{})", pid));
}

void Journal::exit(TimePoint now, std::string_view reason, Ending ending) {
  const std::string how = ending.kind == Ending::Kind::kExit
                              ? fmt::format(R"("code":{})", ending.number)
                              : fmt::format(R"("signal":"{}")", signalName(ending.number));
  write(now, "exit", fmt::format(R"(,"reason":"{}",{})", reason, how));
}

}  // namespace iotcpd::fake
