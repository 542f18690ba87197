/// The yardstick of a fake daemon's latency: sleeps COUNT times for MICROSECONDS, each time to an
/// absolute deadline with 1 ns of timer slack, and prints how late it woke up, a line each in ns.
///
///     bare-sleep COUNT MICROSECONDS
#include <sys/prctl.h>

#include <ctime>

#include "tests/bench/yardstick.h"

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

std::int64_t nowNs() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * kSecond + now.tv_nsec;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: bare-sleep COUNT MICROSECONDS\n", stderr);
    return 64;
  }
  const long count = std::atol(argv[1]);
  const std::int64_t sleepNs = std::atol(argv[2]) * 1000L;
  yardstick::check(::prctl(PR_SET_TIMERSLACK, 1), "prctl");
  for (long i = 0; i < count; ++i) {
    const std::int64_t deadline = nowNs() + sleepNs;
    const timespec when{deadline / kSecond, deadline % kSecond};
    while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, nullptr) == EINTR) {
    }
    std::printf("%lld\n", static_cast<long long>(nowNs() - deadline));
  }
  return 0;
}
