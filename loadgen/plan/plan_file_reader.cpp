#include "loadgen/plan/plan_file_reader.h"

#include <fmt/format.h>

#include "loadgen/plan/line_file.h"
#include "loadgen/plan/line_source.h"
#include "loadgen/plan/plan_file_format.h"

namespace iotcpd::loadgen {
namespace {

/// A request of which every byte is escaped, and what stands before it.
constexpr std::size_t kMostLineBytes = kMostRequestBytes * kEscapedByteBytes + 128;

}  // namespace

PlanFileReader::PlanFileReader(const std::string& path)
    : lines_("plan file", path, kMostLineBytes) {
  readHead();
  for (PlannedRequest request; readRequest(request);) {
    misbehaves_ = misbehaves_ || request.behaviour != Behaviour::kOrdinary;
  }
  lines_.rewind();
  count_ = 0;
  lastDue_ = Nanoseconds(0);
  hasEnded_ = false;
  readHead();
}

void PlanFileReader::readHead() {
  std::string_view line;
  if (!lines_.next(line)) line = {};
  if (line == kPlanFileHead) return;
  lines_.fail(fmt::format("is none: its first line is expected to be '{}'", kPlanFileHead));
}

bool PlanFileReader::next(PlannedRequest& request) {
  if (hasEnded_ || !readRequest(request)) return false;
  const RequestLine line = withToken(request.line);
  request.token = line.token;
  request.hasToken = line.hasToken;
  return true;
}

bool PlanFileReader::readRequest(PlannedRequest& request) {
  std::string_view line;
  do {
    if (!lines_.next(line))
      lines_.fail(fmt::format("is cut short: '{} COUNT' is missing", kPlanFileEnd));
  } while (line.starts_with('#') && count_ == 0);
  try {
    if (line.starts_with(kPlanFileEnd)) {
      checkEnd(line);
      return false;
    }
    parsePlanFileRequest(line, request, bytes_);
  } catch (const SyntaxError& e) {
    lines_.failAtLine(e.what());
  }
  if (request.due < lastDue_) lines_.failAtLine("it is due before the line above");
  if (++count_ > kMostPlanFileRequests) {
    lines_.fail(fmt::format("has more than {} requests", kMostPlanFileRequests));
  }
  lastDue_ = request.due;
  return true;
}

void PlanFileReader::checkEnd(std::string_view line) {
  hasEnded_ = true;
  Scanner scanner(line);
  scanner.skip(kPlanFileEnd);
  if (!scanner.skip(" ")) scanner.fail("one blank");
  const std::size_t start = scanner.position();
  const std::uint64_t count = scanner.count(0, kMostPlanFileRequests);
  if (count != count_ || !scanner.atEnd() || lines_.isCutShort()) {
    scanner.failAt(start, fmt::format("{} and a newline, so many requests are above", count_));
  }
  if (lines_.next(line)) lines_.failAtLine(fmt::format("nothing may follow '{}'", kPlanFileEnd));
}

}  // namespace iotcpd::loadgen
