#pragma once

namespace iotcpd::fake {

/// `iotcpd-fake-daemon ctl [--timeout T] PATH... -- COMMAND`: sends one command to every socket
/// that the paths name and prints the answers as they come. Arguments without the program's name
/// and "ctl". Exit codes: 0 all said ok, 1 one said error, 64 usage, 69 one could not be reached.
[[nodiscard]] int runControlClient(int argc, char* const* argv);

}  // namespace iotcpd::fake
