#include "loadgen/app/options.h"

#include <array>

namespace iotcpd::loadgen {

const CommandTable& commandTable() {
  static const std::array kCommands{
      CommandSpec{"run", runOptions()},     CommandSpec{"search", searchOptions()},
      CommandSpec{"plan", planOptions()},   CommandSpec{"compare", compareOptions()},
      CommandSpec{"merge", mergeOptions()}, CommandSpec{"report", reportOptions()},
  };
  static const CommandTable kTable{
      .program = "iotcpd-loadgen",
      .summary =
          "Puts load on a service that answers lines with lines, and measures what a user "
          "would have felt.",
      .commands = kCommands,
      .usual = "run",
      .examples =
          "  iotcpd-loadgen run 127.0.0.1:9991\n"
          "  iotcpd-loadgen run --rate 1000/s --duration 30s --assert 'p99 < 50ms' \\\n"
          "    --json run.json --html run.html 127.0.0.1:9991\n"
          "  iotcpd-loadgen compare before.json run.json\n",
  };
  return kTable;
}

}  // namespace iotcpd::loadgen
