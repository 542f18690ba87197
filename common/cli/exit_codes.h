#pragma once

namespace iotcpd {

/// What the programs end with; those of sysexits.h where it has one.
enum ExitCode : int {
  kExitOk = 0,
  kExitUsage = 64,        ///< the command line is wrong
  kExitUnavailable = 69,  ///< an address cannot be bound, or the daemon program cannot be started
  kExitSoftware = 70,     ///< an error of our own
  kExitIo = 74,           ///< standard input or output cannot be read or written
  kExitConfig = 78,       ///< the configuration file is wrong
};

}  // namespace iotcpd
