#pragma once

namespace iotcpd {

/// What becomes of bytes that are written to an output that was closed.
enum class ClosedOutput {
  kSwallows,  ///< they vanish: for whom it is a log
  kFails,     ///< EBADF, as if it were still closed: for whom it is a result
};

/// Makes sure that descriptors 0, 1 and 2 are open (on /dev/null where they were not), so that no
/// socket or pipe ever gets one of these numbers.
void openStandardDescriptors(ClosedOutput closedOutput = ClosedOutput::kSwallows);

/// Closes the file that one of them is for and puts /dev/null in its place, so that no other file
/// gets its number.
void closeStandardDescriptor(int fd);

}  // namespace iotcpd
