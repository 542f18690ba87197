#include "loadgen/drive/preflight.h"

#include <sys/resource.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "common/os/descriptor_limit.h"
#include "loadgen/drive/port_budget.h"
#include "loadgen/drive/source_addresses.h"
#include "loadgen/plan/plan.h"

namespace iotcpd::loadgen {
namespace {

/// How long the port of a connection that has ended rests (TIME_WAIT).
constexpr Nanoseconds kPortRest = std::chrono::minutes(1);
/// Addresses for a closed loop, whose rate nobody knows yet: enough for 25,000 connections a
/// second.
constexpr std::uint64_t kAddressesForAnyRate = 64;
/// Descriptors of the program itself: streams, files, poller, signals, pipes of a service.
constexpr rlim_t kOwnDescriptors = 32;
constexpr std::uint64_t kDescriptorsOfDaemon = 2;

/// How many requests a file brings; counts no further than somewhat beyond `enough`.
double countRequests(const PlanSettings& settings, std::uint64_t enough) {
  const std::unique_ptr<Plan> plan = makePlan(settings);
  PlannedRequest request;
  std::uint64_t count = 0;
  while (count <= enough && plan->next(request)) ++count;
  return static_cast<double>(count);
}

/// Connections within the busiest minute, or a bound of them; nothing when that depends on the
/// server.
std::optional<double> connectionsPerMinute(const PlanSettings& plan, const PortBudget& budget) {
  std::optional<double> most;
  if (plan.most) most = static_cast<double>(*plan.most);
  if (!plan.rate) {
    if (!plan.isOpenLoop()) return most;
    return countRequests(plan, kAddressesForAnyRate * budget.portsPerAddress);
  }
  const Nanoseconds longest = plan.rate->length().value_or(Nanoseconds::max());
  const Nanoseconds length = std::min(plan.duration.value_or(Nanoseconds::max()), longest);
  // At the highest rate throughout: a bound that is exact for a constant rate.
  const double seconds = std::chrono::duration<double>(std::min(length, kPortRest)).count();
  const double bound =
      std::min(plan.rate->highestRateUntil(length) * seconds, plan.rate->expectedUntil(length));
  return most ? std::min(*most, bound) : bound;
}

std::string shortageText(double connections, const PortBudget& budget) {
  return fmt::format(
      "within a minute this run opens up to {:.0f} connections, and one address has {} local ports",
      connections, budget.portsPerAddress);
}

/// A closed loop: as many connections as the server will take.
Preflight inspectUnknown(const RunSettings& settings, const PeerAddress& target) {
  Preflight preflight{.sources = settings.sources};
  if (!settings.sources.empty() || !target.isIpv4Loopback()) return preflight;
  preflight.sources = loopbackAddresses(kAddressesForAnyRate);
  preflight.notes.push_back(fmt::format("connections come from {} to {}, so that local ports last",
                                        preflight.sources.front(), preflight.sources.back()));
  return preflight;
}

}  // namespace

Preflight inspect(const RunSettings& settings, const PeerAddress& target) {
  Preflight preflight{.sources = settings.sources};
  if (settings.keepAlive || !target.isTcp()) return preflight;
  const PortBudget budget = PortBudget::read();
  const std::optional<double> connections = connectionsPerMinute(settings.plan, budget);
  if (!connections) return inspectUnknown(settings, target);
  const std::uint64_t needed = budget.addressesFor(*connections);
  if (needed <= std::max<std::uint64_t>(settings.sources.size(), 1)) return preflight;
  const std::string shortage = shortageText(*connections, budget);
  if (!settings.sources.empty()) {
    preflight.announcements.push_back(
        fmt::format("{}: {} addresses may not be enough", shortage, settings.sources.size()));
  } else if (target.isIpv4Loopback()) {
    preflight.sources = loopbackAddresses(needed);
    preflight.announcements.push_back(fmt::format("{}: connecting from {} to {}", shortage,
                                                  preflight.sources.front(),
                                                  preflight.sources.back()));
  } else {
    preflight.announcements.push_back(fmt::format(
        "{}: ports may run out; --keep-alive, a lower rate or --source would help", shortage));
  }
  return preflight;
}

rlimit requireDescriptors(const RunSettings& settings) {
  // Once: the next run of a search finds it raised.
  static const rlimit kBefore = raiseDescriptorLimit();
  const bool areDaemons = !settings.exec.empty();
  const std::uint64_t each = areDaemons ? kDescriptorsOfDaemon : 1;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const std::uint64_t most = (limit.rlim_cur - std::min(limit.rlim_cur, kOwnDescriptors)) / each;
  if (settings.connections <= most) return kBefore;
  const std::string_view what = areDaemons ? "daemons" : "connections";
  throw TargetError(
      fmt::format("--{} {}: this process may have {} files open, which is enough for {} {}", what,
                  settings.connections, limit.rlim_cur, most, what));
}

}  // namespace iotcpd::loadgen
