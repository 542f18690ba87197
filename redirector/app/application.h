#pragma once

#include <sys/resource.h>

namespace iotcpd::redirector {

/// The whole program but for what main() has to do first. `childDescriptorLimit`: RLIMIT_NOFILE for
/// the daemons. Returns the exit code.
[[nodiscard]] int runApplication(int argc, char* const* argv, const rlimit& childDescriptorLimit);

}  // namespace iotcpd::redirector
