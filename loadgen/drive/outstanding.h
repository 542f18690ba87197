#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "loadgen/result/recorder.h"

namespace iotcpd::loadgen {

/// The requests of one connection that have no outcome yet, in the order of their replies. What is
/// due, and goes out, in one moment is kept once, as a batch of alike requests; each has a token of
/// its own. Allocates nothing after construction.
///
///     batches:  [ sent, 3 left ][ sent, 16 ][ not sent, 5 ]     tokens:  one for each of the 24
///                ^ firstBatch_              ^ firstUnsent_  ^ endBatch_
class Outstanding {
 public:
  struct Token {
    std::uint64_t number = 0;
    bool isThere = false;  ///< else the request holds none
  };

  /// Room for so many requests at once.
  explicit Outstanding(std::size_t capacity)
      : capacity_(capacity),
        mask_(std::bit_ceil(capacity) - 1),
        batches_(mask_ + 1),
        tokens_(mask_ + 1) {}

  [[nodiscard]] std::size_t count() const { return end_ - first_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

  /// REQUIRES: count() < capacity().
  void add(TimePoint due, Nanoseconds ownLag, Behaviour behaviour, Token token, TimePoint now) {
    assert(count() < capacity_);
    tokens_[end_++ & mask_] = token;
    if (Batch& last = lastBatch(); firstUnsent_ != endBatch_ && last.request.due == due &&
                                   last.ownLag == ownLag && last.request.behaviour == behaviour) {
      ++last.left;
      last.holdsTokens = last.holdsTokens || token.isThere;
      return;
    }
    batches_[endBatch_++ & mask_] = {
        .request = {.due = due, .sent = now, .behaviour = behaviour, .isSent = false},
        .ownLag = ownLag,
        .left = 1,
        .holdsTokens = token.isThere};
  }
  /// `times` more that are like the last one, which has just been added.
  /// REQUIRES: times <= capacity() - count(), and it has not been sent.
  void repeatLast(std::size_t times) {
    assert(times <= capacity_ - count() && firstUnsent_ != endBatch_);
    const Token token = tokens_[(end_ - 1) & mask_];
    for (std::size_t i = 0; i < times; ++i) tokens_[end_++ & mask_] = token;
    lastBatch().left += times;
  }

  /// Those not yet sent are, at `now`: `tell(request, ownLag, count)` for each batch of them.
  template <class Tell>
  void markSent(TimePoint now, const Tell& tell) {
    for (; firstUnsent_ != endBatch_; ++firstUnsent_) {
      Batch& batch = batches_[firstUnsent_ & mask_];
      batch.request.isSent = true;
      batch.request.sent = now;
      tell(batch.request, batch.ownLag, batch.left);
    }
  }

  /// The one whose reply is next; its `sent`, while it is not, is when it was added. Here and
  /// below, REQUIRES: count() > 0.
  [[nodiscard]] const SentRequest& head() const { return batches_[firstBatch_ & mask_].request; }
  /// So many are of its batch.
  [[nodiscard]] std::size_t headBatchSize() const { return batches_[firstBatch_ & mask_].left; }
  /// Whether any of its batch holds a token, or did.
  [[nodiscard]] bool headBatchHoldsTokens() const {
    return batches_[firstBatch_ & mask_].holdsTokens;
  }
  /// Of the one that has `place` in front of it.
  [[nodiscard]] Token token(std::size_t place) const { return tokens_[(first_ + place) & mask_]; }
  [[nodiscard]] Behaviour lastBehaviour() const { return lastBatch().request.behaviour; }

  /// Drops so many from the front. REQUIRES: count <= headBatchSize().
  void drop(std::size_t count) {
    assert(count <= headBatchSize());
    first_ += count;
    Batch& batch = batches_[firstBatch_ & mask_];
    batch.left -= count;
    if (batch.left > 0) return;
    if (firstUnsent_ == firstBatch_) ++firstUnsent_;
    ++firstBatch_;
  }

 private:
  struct Batch {
    SentRequest request;
    Nanoseconds ownLag{};
    std::size_t left = 0;
    bool holdsTokens = false;
  };

  [[nodiscard]] const Batch& lastBatch() const { return batches_[(endBatch_ - 1) & mask_]; }
  [[nodiscard]] Batch& lastBatch() { return batches_[(endBatch_ - 1) & mask_]; }

  std::size_t capacity_;
  std::size_t mask_;  ///< rings of a power of two; places count up for ever
  std::vector<Batch> batches_;
  std::vector<Token> tokens_;
  std::size_t firstBatch_ = 0;
  std::size_t firstUnsent_ = 0;
  std::size_t endBatch_ = 0;
  std::size_t first_ = 0;
  std::size_t end_ = 0;
};

}  // namespace iotcpd::loadgen
