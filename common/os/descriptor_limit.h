#pragma once

#include <sys/resource.h>

namespace iotcpd {

/// Raises the soft RLIMIT_NOFILE of this process to the hard one and returns the limit as it was,
/// for the children: many programs walk through all descriptors below it, or still use select(2).
rlimit raiseDescriptorLimit();

}  // namespace iotcpd
