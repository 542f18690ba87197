#include "loadgen/report/hlog_file.h"

#include "common/stats/hlog.h"

namespace iotcpd::loadgen {

void HlogFile::begin(std::chrono::system_clock::time_point start) { file_.append(hlogHead(start)); }

void HlogFile::onInterval(const RunInterval& interval) {
  file_.append(hlogRow("latency", interval.start, interval.length, interval.latency));
  file_.append(hlogRow("service", interval.start, interval.length, interval.service));
}

}  // namespace iotcpd::loadgen
