#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "common/time/clock.h"
#include "redirector/policy/request_queue.h"

namespace iotcpd::redirector {

/// The requests that one daemon works on at the same time, by the numbers under which it has them
/// (Squid's channel-ID protocol):
///
///     to the daemon      ID SP request LF
///     from the daemon    ID SP reply LF, in any order; or ID LF, for an empty reply
///
/// IDs count up from 0 and begin anew at 2^31; one that is outstanding is never given again. A
/// request whose time is up stays outstanding, as late, since its reply may come yet.
/// Knows no descriptor; everything is O(1) unless it says otherwise.
class OutstandingRequests {
 public:
  using Id = std::uint32_t;
  static constexpr Id kIdEnd = Id{1} << 31U;
  /// The longest "ID SP".
  static constexpr std::size_t kMaxPrefixBytes = 11;

  /// `capacity` 0: for a daemon that is not spoken to in this way. `firstId` is for tests.
  explicit OutstandingRequests(std::size_t capacity, Id firstId = 0);

  /// Gives the request an ID; `query` nullptr: nobody waits for the answer.
  /// REQUIRES: fewer than `capacity` are outstanding.
  [[nodiscard]] Id add(QueueEntry* query);
  /// It is written when the daemon has been written `bytes` in all. REQUIRES: it is outstanding.
  void endsAt(Id id, std::uint64_t bytes) { entryOf(id).endBytes = bytes; }
  /// The daemon has it since `at`, and until `dueAt`; one step unless others that it had before are
  /// due later. REQUIRES: it is outstanding.
  void sent(Id id, TimePoint at, TimePoint dueAt);
  /// Its client has left. REQUIRES: it is outstanding.
  void forget(Id id) { entryOf(id).query = nullptr; }

  struct Answered {
    QueueEntry* query = nullptr;  ///< nullptr: nobody waits any more
  };
  static constexpr std::uint64_t kAllWritten = static_cast<std::uint64_t>(-1);
  /// The daemon has answered: it is outstanding no more. Nothing when it was not, or was not yet
  /// written when the daemon had been written `writtenBytes` in all: what it had begun to say by
  /// then is no answer.
  [[nodiscard]] std::optional<Answered> answer(Id id, std::uint64_t writtenBytes);

  /// The request that is due first becomes late, if its time is up at `now`; else nothing.
  [[nodiscard]] std::optional<Answered> expire(TimePoint now);
  /// When the next one's time is up.
  [[nodiscard]] std::optional<TimePoint> earliestDue() const;
  /// Since when the daemon has the one that it has had longest, of those in time. Looks at all.
  [[nodiscard]] std::optional<TimePoint> longestSince() const;
  /// Takes one out, whichever, late ones too; nothing when none is outstanding. May look at all.
  [[nodiscard]] std::optional<Answered> drop();

  struct Known {
    Id id = 0;
    QueueEntry* query = nullptr;
  };
  /// Those added last, the last first, as far as all of them are outstanding and waited for. Looks
  /// at all.
  [[nodiscard]] std::vector<Known> newest() const;

  /// Outstanding, late ones included.
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Outstanding, and in time.
  [[nodiscard]] std::size_t inTime() const { return inTime_; }

 private:
  static constexpr Id kNone = static_cast<Id>(-1);

  /// An ID's place is its low bits, so that a lookup is one step. An ID whose place is taken by an
  /// older one is passed over.
  struct Entry {
    Id id = kNone;
    QueueEntry* query = nullptr;
    std::uint64_t order = 0;     ///< how many were added before
    std::uint64_t endBytes = 0;  ///< of all that the daemon is written
    TimePoint sentAt{};
    TimePoint dueAt{};
    Id earlier = kNone;  ///< neighbours in the list of those in time, in order of `dueAt`
    Id later = kNone;
    bool inTime = false;
  };

  [[nodiscard]] Entry& entryOf(Id id) { return entries_[id & mask_]; }
  [[nodiscard]] const Entry& entryOf(Id id) const { return entries_[id & mask_]; }
  [[nodiscard]] Id pickId();
  void unlink(Entry& entry);
  Answered remove(Entry& entry);

  std::size_t capacity_;
  std::vector<Entry> entries_;
  Id mask_;
  Id nextId_;
  Id first_ = kNone;
  Id last_ = kNone;
  std::size_t size_ = 0;
  std::size_t inTime_ = 0;
  std::uint64_t added_ = 0;
};

/// A line of a daemon, taken apart; `id` is nothing when it does not begin with one.
struct ChannelLine {
  std::optional<OutstandingRequests::Id> id;
  std::string_view reply;  ///< with its newline
};
/// `line` with its newline.
[[nodiscard]] ChannelLine parseChannelLine(std::string_view line);

}  // namespace iotcpd::redirector
