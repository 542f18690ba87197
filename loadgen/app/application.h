#pragma once

namespace iotcpd::loadgen {

/// The program but for main(): returns the exit code. Every error ends here, in one line on
/// standard error.
[[nodiscard]] int runApplication(int argc, char* const* argv);

}  // namespace iotcpd::loadgen
