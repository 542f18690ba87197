#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace iotcpd::loadgen {

/// How a planned request ended. Each ends in exactly one of them, and they sum to the plan.
enum class Outcome : std::uint8_t {
  kOk,          ///< a whole reply that passes every check
  kErrorReply,  ///< one of --error-reply
  kWrongReply,  ///< fails --expect, or lacks the token that the request carried
  kCrossTalk,   ///< carries another request's token
  kEmpty,       ///< end of stream before the first byte of a reply
  kTruncated,   ///< end of stream within a reply
  kTimeout,     ///< no whole reply within --timeout of the send
  kRefused,     ///< no connection could be made, or it was lost with the request unsent
  kReset,       ///< the connection was reset
  kCensored,    ///< not sent, or open, when the run ended
};
inline constexpr std::size_t kOutcomeCount = 10;

/// "ok", "error-reply", …
[[nodiscard]] std::string_view outcomeName(Outcome outcome);

/// What a client does with a request; all but kOrdinary are misbehaviour, asked for by --misbehave.
enum class Behaviour : std::uint8_t {
  kOrdinary,
  kSlowLoris,       ///< sends the line byte by byte, slowly
  kHalfClose,       ///< closes its sending side after the line, then reads
  kAbortAfterSend,  ///< closes after the line without reading
  kOversize,        ///< sends a line far longer than servers take
  kNoNewline,       ///< sends the line without its newline, then closes its sending side
  kRst,             ///< resets the connection after the line
};
inline constexpr std::size_t kBehaviourCount = 7;

/// "ordinary", "slow-loris", "half-close", …
[[nodiscard]] std::string_view behaviourName(Behaviour behaviour);

/// How many ended in each outcome.
class OutcomeCounts {
 public:
  void add(Outcome outcome, std::uint64_t count = 1) { counts_[index(outcome)] += count; }
  void add(const OutcomeCounts& other) {
    for (std::size_t i = 0; i < kOutcomeCount; ++i) counts_[i] += other.counts_[i];
  }
  [[nodiscard]] std::uint64_t operator[](Outcome outcome) const { return counts_[index(outcome)]; }
  [[nodiscard]] std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : counts_) sum += count;
    return sum;
  }
  /// All that is neither ok nor censored.
  [[nodiscard]] std::uint64_t errors() const {
    return total() - (*this)[Outcome::kOk] - (*this)[Outcome::kCensored];
  }
  friend bool operator==(const OutcomeCounts&, const OutcomeCounts&) = default;

 private:
  static std::size_t index(Outcome outcome) { return static_cast<std::size_t>(outcome); }
  std::array<std::uint64_t, kOutcomeCount> counts_{};
};

}  // namespace iotcpd::loadgen
