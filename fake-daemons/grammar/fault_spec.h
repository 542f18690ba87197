#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/random/distribution.h"
#include "common/text/scanner.h"
#include "common/time/clock.h"

namespace iotcpd::fake {

struct ActionType;

/// Where in its life a daemon can be made to fail.
enum class Point : std::uint8_t {
  kStartup,      ///< before anything is read
  kIdle,         ///< it waits for a request
  kBeforeRead,   ///< a request is there and has not been read
  kAfterRead,    ///< a request has been read
  kMidReply,     ///< so many bytes of the reply have been written
  kBeforeReply,  ///< the reply is ready
  kAfterReply,   ///< the reply has been written
  kOnTerm,       ///< SIGTERM has come
  kOnEof,        ///< stdin has ended
};
inline constexpr std::size_t kPoints = 9;

[[nodiscard]] std::string_view pointName(Point point);

/// A set of points, one bit each.
using PointSet = std::uint16_t;
[[nodiscard]] constexpr PointSet pointSet(Point point) {
  return static_cast<PointSet>(1U << static_cast<unsigned>(point));
}
[[nodiscard]] constexpr bool contains(PointSet set, Point point) {
  return (set & pointSet(point)) != 0;
}
inline constexpr PointSet kEveryPoint = (1U << kPoints) - 1;
/// Those at which there is a request.
inline constexpr PointSet kRequestPoints =
    pointSet(Point::kAfterRead) | pointSet(Point::kMidReply) | pointSet(Point::kBeforeReply) |
    pointSet(Point::kAfterReply);

/// Which processes of a pool a fault is for; all that it doesn't say.
struct Scope {
  std::optional<std::uint64_t> worker;
  std::optional<std::uint64_t> incarnation;
  friend bool operator==(const Scope&, const Scope&) = default;
};

/// "30%", "5*", "2%3*"; neither: always. The share is drawn before the count is spent.
struct Chance {
  std::optional<Share> share;
  std::optional<std::uint64_t> count;
  friend bool operator==(const Chance&, const Chance&) = default;
};
/// Hits N, 2N, 3N…
struct Every {
  std::uint64_t hits;
  friend bool operator==(const Every&, const Every&) = default;
};
/// Hits 1 to N.
struct First {
  std::uint64_t hits;
  friend bool operator==(const First&, const First&) = default;
};
/// Hits N+1 and on.
struct After {
  std::uint64_t hits;
  friend bool operator==(const After&, const After&) = default;
};
/// The request, without its newline, has a match of this POSIX extended regular expression.
struct Match {
  std::string pattern;
  friend bool operator==(const Match&, const Match&) = default;
};
/// Once: the first hit so long after the start of the process, or later.
struct At {
  Nanoseconds sinceStart;
  friend bool operator==(const At&, const At&) = default;
};
/// Each hit from `from` until before `until`, both since the start of the process.
struct Between {
  Nanoseconds from, until;
  friend bool operator==(const Between&, const Between&) = default;
};
using Trigger = std::variant<Chance, Every, First, After, Match, At, Between>;

/// A signal by number; written by its name, without SIG.
struct SignalNumber {
  int number;
  friend bool operator==(const SignalNumber&, const SignalNumber&) = default;
};
/// Times, sizes, counts and texts as an action's parameters say.
using Argument = std::variant<Distribution, Nanoseconds, std::uint64_t, std::string, SignalNumber>;

/// An action with its arguments: as many as it has parameters, fewer when the last are optional.
struct ActionCall {
  const ActionType* type;
  std::vector<Argument> arguments;
  friend bool operator==(const ActionCall&, const ActionCall&) = default;
};

struct Term {
  Trigger trigger;
  ActionCall action;
  friend bool operator==(const Term&, const Term&) = default;
};

/// One fault: POINT[(worker N, incarnation N)] = TRIGGER ACTION [-> TRIGGER ACTION]...
struct FaultSpec {
  Point point = Point::kStartup;
  std::uint64_t offset = 0;  ///< of kMidReply: bytes of the reply written before it
  Scope scope;
  std::vector<Term> terms;  ///< at least one

  friend bool operator==(const FaultSpec&, const FaultSpec&) = default;
};

}  // namespace iotcpd::fake
