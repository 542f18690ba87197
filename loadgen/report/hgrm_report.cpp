#include "common/stats/hgrm.h"
#include "loadgen/report/figures.h"
#include "loadgen/report/reports.h"

namespace iotcpd::loadgen {

std::string hgrmReport(const Result& result) {
  return formatHgrm(result.okLatency(), kNanosecondsPerMillisecond);
}

}  // namespace iotcpd::loadgen
