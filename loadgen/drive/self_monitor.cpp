#include "loadgen/drive/self_monitor.h"

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <sstream>

#include <fmt/format.h>

#include "common/os/text_file.h"
#include "loadgen/result/result.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::size_t kMostProcBytes = 1UL << 20;
/// The processor share of a shorter time says nothing.
constexpr auto kLeastForCpuShare = std::chrono::milliseconds(200);

std::string procText(const char* path) {
  try {
    return readTextFile(path, kMostProcBytes);
  } catch (const TextFileError&) {
    return {};
  }
}

double secondsOf(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::string processorName() {
  std::istringstream lines(procText("/proc/cpuinfo"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("model name")) {
      const std::size_t colon = line.find(": ");
      if (colon != std::string::npos) return line.substr(colon + 2);
    }
  }
  return "unknown processor";
}

}  // namespace

SelfMonitor::Reading SelfMonitor::read(TimePoint now) {
  Reading reading{.at = now};
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  reading.cpuSeconds = secondsOf(usage.ru_utime) + secondsOf(usage.ru_stime);
  reading.involuntarySwitches = static_cast<std::uint64_t>(usage.ru_nivcsw);
  // cpu user nice system idle iowait irq softirq steal ...; guests are within user already.
  std::istringstream stat(procText("/proc/stat"));
  std::string label;
  stat >> label;
  double ticks = 0;
  for (int field = 1; field <= 8 && stat >> ticks; ++field) {
    reading.allTicks += ticks;
    if (field == 8) reading.stolenTicks = ticks;
  }
  return reading;
}

void SelfMonitor::begin(TimePoint now) { begin_ = read(now); }

void SelfMonitor::end(TimePoint now, SelfCheck& check) const {
  const Reading end = read(now);
  const double seconds = std::chrono::duration<double>(end.at - begin_.at).count();
  // The time that has passed, not the measured part: a request may stand for a longer interval.
  if (end.at - begin_.at >= kLeastForCpuShare) {
    check.cpuShare = (end.cpuSeconds - begin_.cpuSeconds) / seconds;
  }
  const double ticks = end.allTicks - begin_.allTicks;
  if (ticks > 0) check.stealShare = (end.stolenTicks - begin_.stolenTicks) / ticks;
  check.involuntarySwitches = end.involuntarySwitches - begin_.involuntarySwitches;
}

std::string describeMachine() {
  utsname system{};
  ::uname(&system);
  return fmt::format("{} cores, {}, {} {}", ::sysconf(_SC_NPROCESSORS_ONLN), processorName(),
                     system.sysname, system.release);
}

}  // namespace iotcpd::loadgen
