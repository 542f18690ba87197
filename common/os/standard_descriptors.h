#pragma once

namespace iotcpd {

/// Makes sure that descriptors 0, 1 and 2 are open (on /dev/null where they were not), so that no
/// socket or pipe ever gets one of these numbers.
void openStandardDescriptors();

/// Closes the file that one of them is for and puts /dev/null in its place, so that no other file
/// gets its number.
void closeStandardDescriptor(int fd);

}  // namespace iotcpd
