// What the control socket reaches of a Daemon.

#include <unistd.h>

#include <utility>

#include <fmt/format.h>

#include "common/text/json_text.h"
#include "fake-daemons/actions/action_table.h"
#include "fake-daemons/daemon/daemon.h"
#include "fake-daemons/grammar/fault_parser.h"
#include "fake-daemons/grammar/fault_printer.h"

namespace iotcpd::fake {
namespace {

/// Faults that can be added while it runs; those of before a reset count as well.
constexpr std::size_t kMostFaults = 10'000;

}  // namespace

std::string Daemon::addFault(std::string_view text) {
  if (faults_.added() >= kMostFaults) return "there are too many faults already";
  try {
    FaultSpec fault = parseFault(text, actionTable());
    std::string conflict = conflictOf(fault, settings_.personality);
    if (!conflict.empty()) return conflict;
    if (fault.point == Point::kStartup) return "startup is over: it would never fire";
    faults_.add(std::move(fault));
    intake_.onFaultsChanged(steadyNow());
    return {};
  } catch (const SyntaxError& e) {
    return e.what();
  }
}

std::string Daemon::listFaults() const {
  std::string list = "[";
  for (const auto& fault : faults_.faults()) {
    if (list.size() > 1) list += ',';
    list += jsonText(printFault(fault->spec()));
  }
  return list + ']';
}

std::string Daemon::listCounters() const {
  std::string faults;
  for (const auto& fault : faults_.faults()) {
    faults += fmt::format(R"({}{{"fault":{},"hits":{},"fired":{}}})", faults.empty() ? "" : ",",
                          jsonText(printFault(fault->spec())), fault->hits(), fault->fired());
  }
  return fmt::format(
      R"({{"pid":{},"worker":{},"incarnation":{},"seed":{},"received":{},"replied":{},)"
      R"("dropped":{},"stray":{},"stray_lost":{},"outstanding":{},"journal_lost":{},"faults":[{}]}})",
      ::getpid(), identity_.worker, identity_.incarnation, identity_.seed, counters_.received,
      counters_.replied, counters_.dropped, counters_.stray, counters_.strayLost,
      intake_.outstanding(), journal_.lost(), faults);
}

void Daemon::reset(TimePoint now) {
  faults_.reset(settings_.faults.size());
  counters_ = {};
  // Those will be counted as replied or dropped.
  counters_.received = intake_.outstanding();
  journal_.forgetLost();
  gates_.reset(now);
  intake_.onFaultsChanged(now);
}

}  // namespace iotcpd::fake
