#include "loadgen/drive/port_budget.h"

#include <cmath>
#include <sstream>

#include "common/os/text_file.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::uint64_t kLinuxDefault = 60'999 - 32'768 + 1;
constexpr double kUsableShare = 0.8;

}  // namespace

PortBudget PortBudget::read() {
  try {
    std::istringstream range(readTextFile("/proc/sys/net/ipv4/ip_local_port_range", 256));
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    if (range >> first >> last && first <= last) return {last - first + 1};
  } catch (const TextFileError&) {
    // A kernel that does not tell has the default in all likelihood.
  }
  return {kLinuxDefault};
}

std::uint64_t PortBudget::addressesFor(double connections) const {
  const double usable = kUsableShare * static_cast<double>(portsPerAddress);
  return static_cast<std::uint64_t>(std::ceil(connections / usable));
}

}  // namespace iotcpd::loadgen
