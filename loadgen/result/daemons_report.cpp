#include "loadgen/result/daemons_report.h"

#include <fmt/format.h>

namespace iotcpd::loadgen {

std::string lossText(const DaemonsReport& daemons) {
  std::string text;
  if (daemons.ended > 0) text = fmt::format("{} ended by themselves", daemons.ended);
  if (daemons.lastEnd) text += fmt::format(" (the last: {})", exitText(*daemons.lastEnd));
  if (daemons.killed > 0) {
    text += fmt::format("{}{} were killed, being late or out of step", text.empty() ? "" : ", ",
                        daemons.killed);
  }
  return text.empty() ? text : "daemons lost in the run: " + text;
}

std::string exitText(int code) {
  return code < 0 ? fmt::format("signal {}", -code) : fmt::format("exit {}", code);
}

}  // namespace iotcpd::loadgen
