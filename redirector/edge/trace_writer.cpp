#include "redirector/edge/trace_writer.h"

#include <fcntl.h>

#include <utility>

#include <fmt/format.h>

#include "common/text/json_text.h"

namespace iotcpd::redirector {
namespace {

std::string nanoseconds(TimePoint time) {
  return time == TimePoint{} ? "null" : fmt::to_string(time.time_since_epoch().count());
}

}  // namespace

std::string traceLine(const QueryTrace& query, Cause cause, TimePoint decidedAt) {
  const std::string causeText = cause == Cause::kNone ? "null" : jsonText(causeName(cause));
  const std::string daemon = query.pid == 0
                                 ? std::string(R"("worker":null,"incarnation":null,"pid":null)")
                                 : fmt::format(R"("worker":{},"incarnation":{},"pid":{})",
                                               query.worker, query.incarnation, query.pid);
  return fmt::format(
      R"({{"request":{},"outcome":"{}","cause":{},{},"complete_ns":{},"handed_out_ns":{},"answered_ns":{},"decided_ns":{}}})"
      "\n",
      jsonText(query.head), outcomeName(outcomeOf(cause)), causeText, daemon,
      nanoseconds(query.completeAt), nanoseconds(query.handedOutAt), nanoseconds(query.answeredAt),
      nanoseconds(decidedAt));
}

bool TraceWriter::open(const std::string& path) {
  UniqueFd fresh(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0644));
  if (!fresh) return false;
  fd_ = std::move(fresh);
  return true;
}

void TraceWriter::close() {
  fd_.reset();
  torn_ = false;
}

void TraceWriter::write(const QueryTrace& query, Cause cause, TimePoint decidedAt) {
  std::string line = traceLine(query, cause, decidedAt);
  if (torn_) line.insert(line.begin(), '\n');
  const ssize_t written = ::write(fd_.get(), line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size())) {
    torn_ = false;
  } else {
    torn_ = torn_ || written > 0;
    ++dropped_;
  }
}

}  // namespace iotcpd::redirector
