#include "redirector/edge/concurrent_requests.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace iotcpd::redirector {

void ConcurrentRequests::withdraw(const Query& query) {
  const std::size_t gathered = std::erase(gathered_, &query);
  withdrawn_ += gathered;
  if (gathered == 0) outstanding_.forget(query.channelId);
}

std::size_t ConcurrentRequests::takeWithdrawn() { return std::exchange(withdrawn_, 0); }

std::vector<Query*> ConcurrentRequests::takeGathered() { return std::exchange(gathered_, {}); }

std::string_view ConcurrentRequests::compose() {
  text_.clear();
  composed_.clear();
  std::swap(composed_, gathered_);
  for (Query* const query : composed_) {
    query->channelId = outstanding_.add(query);
    append(query->channelId, query->request);
  }
  return text_;
}

std::string_view ConcurrentRequests::compose(std::string_view request) {
  text_.clear();
  append(outstanding_.add(nullptr), request);
  return text_;
}

void ConcurrentRequests::append(OutstandingRequests::Id id, std::string_view request) {
  std::array<char, OutstandingRequests::kMaxPrefixBytes> digits{};
  char* end = std::to_chars(digits.begin(), digits.end(), id).ptr;
  *end++ = ' ';
  text_.append(digits.begin(), end);
  text_ += request;
  composedBytes_ += static_cast<std::size_t>(end - digits.begin()) + request.size();
  outstanding_.endsAt(id, composedBytes_);
}

void ConcurrentRequests::onSent(TimePoint at, TimePoint dueAt) {
  for (const Query* const query : composed_) outstanding_.sent(query->channelId, at, dueAt);
}

std::vector<Query*> ConcurrentRequests::takeComposed() {
  for (const Query* const query : composed_) {
    [[maybe_unused]] const auto gone =
        outstanding_.answer(query->channelId, OutstandingRequests::kAllWritten);
  }
  return std::exchange(composed_, {});
}

std::vector<Query*> ConcurrentRequests::takeUnwritten(std::size_t unwrittenBytes) {
  std::vector<Query*> unwritten;
  if (unwrittenBytes == 0) return unwritten;
  for (const auto& [id, entry] : outstanding_.newest()) {
    auto* const query = static_cast<Query*>(entry);
    const std::size_t bytes = std::to_string(id).size() + 1 + query->request.size();
    if (bytes > unwrittenBytes) break;
    unwrittenBytes -= bytes;
    [[maybe_unused]] const auto gone = outstanding_.answer(id, OutstandingRequests::kAllWritten);
    unwritten.push_back(query);
  }
  std::ranges::reverse(unwritten);
  return unwritten;
}

void ConcurrentRequests::onLineBegun(std::size_t unwrittenBytes) {
  if (!lineBegunAfter_) lineBegunAfter_ = composedBytes_ - unwrittenBytes;
}

std::optional<ConcurrentRequests::Answer> ConcurrentRequests::take(std::string_view line,
                                                                   std::size_t unwrittenBytes) {
  const std::uint64_t writtenBytes =
      std::exchange(lineBegunAfter_, std::nullopt).value_or(composedBytes_ - unwrittenBytes);
  const ChannelLine parsed = parseChannelLine(line);
  if (!parsed.id) return std::nullopt;
  const auto answered = outstanding_.answer(*parsed.id, writtenBytes);
  if (!answered) return std::nullopt;
  return Answer{static_cast<Query*>(answered->query), parsed.reply};
}

}  // namespace iotcpd::redirector
