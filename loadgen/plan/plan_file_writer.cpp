#include "loadgen/plan/plan_file_writer.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iterator>
#include <sstream>

#include <fmt/format.h>

#include "common/text/printable.h"
#include "common/text/quantity.h"
#include "loadgen/plan/line_file.h"
#include "loadgen/plan/plan.h"
#include "loadgen/plan/plan_file_format.h"

namespace iotcpd::loadgen {
namespace {

constexpr std::size_t kFlushBytes = 64UL * 1024;

}  // namespace

PlanFileWriter::PlanFileWriter(int fd, std::string_view origin)
    : fd_(fd), buffer_(fmt::format("{}\n", kPlanFileHead)) {
  std::istringstream lines{std::string(origin)};
  for (std::string line; std::getline(lines, line);) {
    fmt::format_to(std::back_inserter(buffer_), "# {}\n", printable(line));
  }
}

void PlanFileWriter::write(const PlannedRequest& request) {
  if (request.line.size() > kMostRequestBytes || count_ == kMostPlanFileRequests) {
    throw PlanError(fmt::format(
        "the plan cannot be written: request {} is longer than {}, or there are more than {}",
        count_ + 1, formatSize(kMostRequestBytes), kMostPlanFileRequests));
  }
  appendPlanFileRequest(buffer_, request);
  ++count_;
  if (buffer_.size() >= kFlushBytes) flush();
}

void PlanFileWriter::finish() {
  fmt::format_to(std::back_inserter(buffer_), "{} {}\n", kPlanFileEnd, count_);
  flush();
}

void PlanFileWriter::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t count = ::write(fd_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      throw PlanError(fmt::format("the plan cannot be written: {}", std::strerror(errno)));
    }
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  buffer_.clear();
}

}  // namespace iotcpd::loadgen
