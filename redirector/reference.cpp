#include <cstdio>
#include <string>
#include <string_view>

#include "common/cli/exit_codes.h"
#include "common/cli/option_table.h"
#include "redirector/app/options.h"

/// Prints what is derived from the option table for others to use: run by the build, not installed.
///
///     iotcpd-reference completion       a bash completion script
///     iotcpd-reference manual-options   the body of the manual page's OPTIONS section
int main(int argc, char** argv) {
  const std::string_view wanted = argc == 2 ? argv[1] : "";
  std::string text;
  if (wanted == "completion") {
    text = iotcpd::bashCompletion(iotcpd::redirector::optionTable());
  } else if (wanted == "manual-options") {
    text = iotcpd::manualOptions(iotcpd::redirector::optionTable());
  } else {
    std::fputs("usage: iotcpd-reference completion|manual-options\n", stderr);
    return iotcpd::kExitUsage;
  }
  return std::fputs(text.c_str(), stdout) < 0 ? iotcpd::kExitUnavailable : iotcpd::kExitOk;
}
