#include "redirector/app/client_limit.h"

#include <sys/resource.h>

#include <algorithm>

namespace iotcpd::redirector {
namespace {

/// Descriptors kept for everything but clients, listeners and daemons: log, trace, the loops' own.
constexpr std::size_t kOwnDescriptors = 32;
constexpr std::size_t kDescriptorsPerLoop = 8;
constexpr std::size_t kPipesPerDaemon = 3;
/// Daemons that are being replaced, and hold their pipes beside their successors. A refresh
/// replaces them one by one.
constexpr std::size_t kMostReplacedDaemons = 8;

std::size_t listenerCount(const ListenSettings& settings) {
  const std::size_t addresses = settings.ipv4.size() + settings.ipv6.size();
  return addresses * settings.threads + (settings.unixPath.empty() ? 0 : 1);
}

/// Descriptors for clients. A pool that takes all of them still serves, one client at a time.
std::size_t roomForClients(std::size_t descriptors, const Settings& settings) {
  const std::size_t daemons = settings.pool.numDaemons;
  const std::size_t kept = kOwnDescriptors + kDescriptorsPerLoop * (settings.listen.threads - 1) +
                           listenerCount(settings.listen) +
                           kPipesPerDaemon * (daemons + std::min(daemons, kMostReplacedDaemons));
  return descriptors > kept ? descriptors - kept : 1;
}

}  // namespace

std::size_t descriptorLimit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

Settings limited(Settings settings) {
  settings.clients.maxClients =
      std::min(settings.clients.maxClients, roomForClients(descriptorLimit(), settings));
  return settings;
}

}  // namespace iotcpd::redirector
