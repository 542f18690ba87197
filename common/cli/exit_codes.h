#pragma once

namespace iotcpd {

/// What the programs end with; those of sysexits.h where it has one, and 128 + the
/// signal.
enum ExitCode : int {
  kExitOk = 0,
  kExitUsage = 64,         ///< the command line is wrong
  kExitNoInput = 66,       ///< a file to be read is not there or not what it should be
  kExitUnavailable = 69,   ///< an address cannot be bound or reached, or a program not be started
  kExitSoftware = 70,      ///< an error of our own
  kExitIo = 74,            ///< standard input or output cannot be read or written
  kExitConfig = 78,        ///< the configuration file is wrong
  kExitInvalid = 98,       ///< a measurement that cannot be trusted
  kExitAssertion = 99,     ///< what was measured is not what was asked for
  kExitInterrupted = 130,  ///< ended by the user before there was any result
};

}  // namespace iotcpd
