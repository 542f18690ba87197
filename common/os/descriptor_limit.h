#pragma once

#include <sys/resource.h>

namespace iotcpd {

/// Raises the soft RLIMIT_NOFILE of this process to the hard one and returns the limit as it was,
/// for the children: many programs walk through all descriptors below it, or still use select(2).
rlimit raiseDescriptorLimit();

/// Makes sure that descriptors 0, 1 and 2 are open (on /dev/null where they were not), so that no
/// socket or pipe ever gets one of these numbers.
void openStandardDescriptors();

/// Closes the file that a standard descriptor is for and puts /dev/null in its place, so that no
/// other file gets its number.
void closeStandardDescriptor(int fd);

}  // namespace iotcpd
