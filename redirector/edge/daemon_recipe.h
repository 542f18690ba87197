#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "redirector/edge/daemon_proof.h"
#include "redirector/policy/settings.h"

namespace iotcpd::redirector {

/// What daemons are made from and judged by. Immutable, and shared by all made from it, so that a
/// change of settings never changes the rules under a daemon that began with others.
struct DaemonRecipe {
  /// Throws Poco::RegularExpressionException when probe-expect is not one.
  explicit DaemonRecipe(const PoolSettings& settings)
      : words(settings.daemonWords), maxReplyBytes(settings.maxReplyBytes), proof(settings) {}

  std::vector<std::string> words;
  std::size_t maxReplyBytes;
  DaemonProof proof;
};

}  // namespace iotcpd::redirector
