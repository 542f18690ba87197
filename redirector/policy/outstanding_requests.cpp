#include "redirector/policy/outstanding_requests.h"

#include <bit>
#include <cassert>
#include <charconv>
#include <utility>

namespace iotcpd::redirector {

OutstandingRequests::OutstandingRequests(std::size_t capacity, Id firstId) : nextId_(firstId) {
  // Twice as many places as requests, so that a free one is near.
  entries_.resize(capacity == 0 ? 0 : std::bit_ceil(2 * capacity));
  mask_ = static_cast<Id>(entries_.size()) - 1;
}

OutstandingRequests::Id OutstandingRequests::pickId() {
  while (entryOf(nextId_).id != kNone) nextId_ = (nextId_ + 1) % kIdEnd;
  return std::exchange(nextId_, (nextId_ + 1) % kIdEnd);
}

OutstandingRequests::Id OutstandingRequests::add(QueueEntry* query) {
  assert(size_ < entries_.size() / 2 + 1);
  const Id id = pickId();
  Entry& entry = entryOf(id);
  entry = Entry{};
  entry.id = id;
  entry.query = query;
  entry.order = added_++;
  ++size_;
  return id;
}

void OutstandingRequests::setDue(Id id, TimePoint dueAt) {
  Entry& entry = entryOf(id);
  assert(entry.id == id && !entry.inTime);
  entry.dueAt = dueAt;
  entry.inTime = true;
  entry.earlier = newest_;
  (newest_ == kNone ? oldest_ : entryOf(newest_).later) = id;
  newest_ = id;
  ++inTime_;
}

std::optional<OutstandingRequests::Answered> OutstandingRequests::answer(
    Id id, std::uint64_t addedBefore) {
  if (entries_.empty()) return std::nullopt;
  Entry& entry = entryOf(id);
  if (entry.id != id || entry.order >= addedBefore) return std::nullopt;
  return remove(entry);
}

std::optional<OutstandingRequests::Answered> OutstandingRequests::expire(TimePoint now) {
  if (oldest_ == kNone || entryOf(oldest_).dueAt > now) return std::nullopt;
  Entry& entry = entryOf(oldest_);
  unlink(entry);
  return Answered{std::exchange(entry.query, nullptr)};
}

std::optional<TimePoint> OutstandingRequests::earliestDue() const {
  if (oldest_ == kNone) return std::nullopt;
  return entryOf(oldest_).dueAt;
}

std::optional<OutstandingRequests::Answered> OutstandingRequests::drop() {
  if (size_ == 0) return std::nullopt;
  // In the order of the requests, as far as they are in time.
  if (oldest_ != kNone) return remove(entryOf(oldest_));
  for (Entry& entry : entries_) {
    if (entry.id != kNone) return remove(entry);
  }
  return std::nullopt;
}

void OutstandingRequests::unlink(Entry& entry) {
  if (!std::exchange(entry.inTime, false)) return;
  (entry.earlier == kNone ? oldest_ : entryOf(entry.earlier).later) = entry.later;
  (entry.later == kNone ? newest_ : entryOf(entry.later).earlier) = entry.earlier;
  entry.earlier = entry.later = kNone;
  --inTime_;
}

OutstandingRequests::Answered OutstandingRequests::remove(Entry& entry) {
  unlink(entry);
  entry.id = kNone;
  --size_;
  return {entry.query};
}

ChannelLine parseChannelLine(std::string_view line) {
  OutstandingRequests::Id id = 0;
  const char* const end = line.data() + line.size();
  const auto [rest, error] = std::from_chars(line.data(), end, id);
  if (error != std::errc{} || id >= OutstandingRequests::kIdEnd || rest == end) return {};
  if (*rest != ' ' && *rest != '\n') return {};
  const auto prefixBytes = static_cast<std::size_t>(rest - line.data()) + (*rest == ' ' ? 1 : 0);
  return {id, line.substr(prefixBytes)};
}

}  // namespace iotcpd::redirector
