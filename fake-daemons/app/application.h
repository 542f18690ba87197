#pragma once

namespace iotcpd::fake {

/// The program but for main(): returns the exit code, or ends the process as a fault says.
[[nodiscard]] int runApplication(int argc, char* const* argv);

}  // namespace iotcpd::fake
