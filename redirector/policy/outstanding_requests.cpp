#include "redirector/policy/outstanding_requests.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <charconv>
#include <functional>
#include <utility>

namespace iotcpd::redirector {

OutstandingRequests::OutstandingRequests(std::size_t capacity, Id firstId)
    // Twice as many places as requests, so that a free one is near.
    : capacity_(capacity),
      entries_(capacity == 0 ? 0 : std::bit_ceil(2 * capacity)),
      mask_(static_cast<Id>(entries_.size()) - 1),
      nextId_(firstId) {}

OutstandingRequests::Id OutstandingRequests::pickId() {
  while (entryOf(nextId_).id != kNone) nextId_ = (nextId_ + 1) % kIdEnd;
  return std::exchange(nextId_, (nextId_ + 1) % kIdEnd);
}

OutstandingRequests::Id OutstandingRequests::add(QueueEntry* query) {
  assert(size_ < capacity_);
  const Id id = pickId();
  Entry& entry = entryOf(id);
  entry = Entry{};
  entry.id = id;
  entry.query = query;
  entry.order = added_++;
  ++size_;
  return id;
}

void OutstandingRequests::sent(Id id, TimePoint at, TimePoint dueAt) {
  Entry& entry = entryOf(id);
  assert(entry.id == id && !entry.inTime);
  entry.sentAt = at;
  entry.dueAt = dueAt;
  entry.inTime = true;
  entry.earlier = last_;
  // Those before it may have been given more time than there is now.
  while (entry.earlier != kNone && entryOf(entry.earlier).dueAt > dueAt) {
    entry.later = entry.earlier;
    entry.earlier = entryOf(entry.earlier).earlier;
  }
  (entry.earlier == kNone ? first_ : entryOf(entry.earlier).later) = id;
  (entry.later == kNone ? last_ : entryOf(entry.later).earlier) = id;
  ++inTime_;
}

std::optional<OutstandingRequests::Answered> OutstandingRequests::answer(
    Id id, std::uint64_t writtenBytes) {
  if (entries_.empty()) return std::nullopt;
  Entry& entry = entryOf(id);
  if (entry.id != id || entry.endBytes > writtenBytes) return std::nullopt;
  return remove(entry);
}

std::optional<OutstandingRequests::Answered> OutstandingRequests::expire(TimePoint now) {
  if (first_ == kNone || entryOf(first_).dueAt > now) return std::nullopt;
  Entry& entry = entryOf(first_);
  unlink(entry);
  return Answered{std::exchange(entry.query, nullptr)};
}

std::optional<TimePoint> OutstandingRequests::earliestDue() const {
  if (first_ == kNone) return std::nullopt;
  return entryOf(first_).dueAt;
}

std::optional<TimePoint> OutstandingRequests::longestSince() const {
  std::optional<TimePoint> since;
  for (Id id = first_; id != kNone; id = entryOf(id).later) {
    since = std::min(since.value_or(TimePoint::max()), entryOf(id).sentAt);
  }
  return since;
}

std::optional<OutstandingRequests::Answered> OutstandingRequests::drop() {
  if (size_ == 0) return std::nullopt;
  // As they are due, as far as they are in time.
  if (first_ != kNone) return remove(entryOf(first_));
  for (Entry& entry : entries_) {
    if (entry.id != kNone) return remove(entry);
  }
  return std::nullopt;
}

std::vector<OutstandingRequests::Known> OutstandingRequests::newest() const {
  std::vector<const Entry*> byOrder;
  for (const Entry& entry : entries_) {
    if (entry.id != kNone) byOrder.push_back(&entry);
  }
  std::ranges::sort(byOrder, std::ranges::greater(),
                    [](const Entry* entry) { return entry->order; });
  std::vector<Known> newest;
  for (const Entry* const entry : byOrder) {
    if (entry->query == nullptr || entry->order + newest.size() + 1 != added_) break;
    newest.push_back({entry->id, entry->query});
  }
  return newest;
}

void OutstandingRequests::unlink(Entry& entry) {
  if (!std::exchange(entry.inTime, false)) return;
  (entry.earlier == kNone ? first_ : entryOf(entry.earlier).later) = entry.later;
  (entry.later == kNone ? last_ : entryOf(entry.later).earlier) = entry.earlier;
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
