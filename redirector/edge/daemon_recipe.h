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
      : words(settings.daemonWords),
        maxReplyBytes(settings.maxReplyBytes),
        concurrency(settings.concurrency),
        proof(settings) {}

  std::vector<std::string> words;
  std::size_t maxReplyBytes;
  std::size_t concurrency;  ///< 0: one request at a time, without IDs
  DaemonProof proof;
};

}  // namespace iotcpd::redirector
