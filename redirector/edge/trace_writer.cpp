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

std::shared_ptr<TraceFile> TraceFile::open(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0644));
  return fd ? std::make_shared<TraceFile>(std::move(fd)) : nullptr;
}

bool TraceFile::append(std::string line) {
  const std::scoped_lock lock(mutex_);
  if (torn_) line.insert(line.begin(), '\n');
  const ssize_t written = ::write(fd_.get(), line.data(), line.size());
  const bool whole = written == static_cast<ssize_t>(line.size());
  torn_ = !whole && (torn_ || written > 0);
  return whole;
}

void TraceWriter::write(const QueryTrace& query, Cause cause, TimePoint decidedAt) {
  if (!file_->append(traceLine(query, cause, decidedAt))) ++dropped_;
}

}  // namespace iotcpd::redirector
