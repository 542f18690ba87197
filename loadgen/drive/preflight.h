#pragma once

#include <sys/resource.h>

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/drive/peer_address.h"
#include "loadgen/settings.h"

namespace iotcpd::loadgen {

/// What can be told before the run about whether it can be carried out.
struct Preflight {
  std::vector<std::string> sources = {};  ///< addresses to connect from; empty: the kernel chooses
  /// What the user should know before the run, and what is enough to be told with its result; a
  /// sentence each.
  std::vector<std::string> announcements = {};
  std::vector<std::string> notes = {};
};

/// A connection of each request's own takes a local port that rests for a minute: where one address
/// has not enough of them, loopback offers others, and elsewhere the user is told.
[[nodiscard]] Preflight inspect(const RunSettings& settings, const PeerAddress& target);

/// Raises the limit of open descriptors as far as it goes and returns what it was. Throws
/// TargetError when the connections of such a run, or its daemons, cannot be open at once.
rlimit requireDescriptors(const RunSettings& settings);

}  // namespace iotcpd::loadgen
