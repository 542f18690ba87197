#include "common/cli/console.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

namespace iotcpd {

int printAndExit(std::string_view program, std::string_view text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (written) return kExitOk;
  return complain(program, fmt::format("standard output: {}", std::strerror(errno)), kExitIo);
}

int complain(std::string_view program, std::string_view what, ExitCode code) {
  std::fputs(fmt::format("{}: {}\n", program, what).c_str(), stderr);
  return code;
}

}  // namespace iotcpd
