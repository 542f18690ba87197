#include "loadgen/drive/misbehaving.h"

#include <algorithm>

namespace iotcpd::loadgen {

std::string_view misbehavedLine(Behaviour behaviour, std::string_view line, std::string& scratch) {
  switch (behaviour) {
    case Behaviour::kNoNewline:
      return line.substr(0, line.size() - 1);
    case Behaviour::kOversize:
      scratch = line.substr(0, line.size() - 1);
      scratch.resize(std::max(scratch.size() + 1, kOversizeBytes) - 1, 'x');
      scratch += '\n';
      return scratch;
    default:
      return line;
  }
}

AfterSend afterSend(Behaviour behaviour) {
  switch (behaviour) {
    case Behaviour::kHalfClose:
    case Behaviour::kNoNewline:
      return AfterSend::kHalfClose;
    case Behaviour::kAbortAfterSend:
      return AfterSend::kClose;
    case Behaviour::kRst:
      return AfterSend::kReset;
    default:
      return AfterSend::kRead;
  }
}

Outcome brokenOffOutcome(AfterSend after) {
  return after == AfterSend::kReset ? Outcome::kReset : Outcome::kEmpty;
}

}  // namespace iotcpd::loadgen
