#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/clock.h"

namespace iotcpd::fake {

/// Named gates at which hold(NAME) waits. All are closed at first.
class Gates {
 public:
  using Passage = std::function<void(TimePoint now)>;
  using Ticket = std::uint64_t;

  /// That may be let ahead at one gate.
  static constexpr std::uint64_t kMostPermits = 1'000'000'000;

  /// A name such as hold(NAME) accepts.
  [[nodiscard]] static bool isName(std::string_view name);
  /// Nothing more is to be kept about gates that it does not know yet: those that are closed, and
  /// at which nobody waits, are unknown.
  [[nodiscard]] bool isFull() const { return gates_.size() >= kMostGates; }

  /// Goes through at once (and returns 0), or waits; `pass` is called when it may go on.
  Ticket enter(const std::string& name, Passage pass);
  /// Takes back what waits, or what awaits.
  void leave(Ticket ticket);

  /// Opens a gate for good: all that wait pass, in their order, and all that come.
  void open(const std::string& name, TimePoint now);
  /// Lets `count` pass; those that do not wait yet may come later, kMostPermits at the most.
  void let(const std::string& name, std::uint64_t count, TimePoint now);
  void shut(const std::string& name);
  /// Lets everybody pass and shuts all gates.
  void reset(TimePoint now);

  /// How many wait at a gate.
  [[nodiscard]] std::size_t waiting(const std::string& name) const;
  /// Calls `arrived` once as soon as somebody waits at the gate; now, and returns 0, if somebody
  /// does.
  Ticket await(const std::string& name, std::function<void()> arrived);

 private:
  static constexpr std::size_t kMostGates = 1000;

  struct Held {
    Ticket ticket;
    Passage pass;
  };
  struct Awaiting {
    Ticket ticket;
    std::function<void()> arrived;
  };
  struct Gate {
    bool isOpen = false;
    std::uint64_t permits = 0;
    std::deque<Held> held;
    std::vector<Awaiting> awaiting;
  };
  void forgetIfUnused(const std::string& name);
  static void letPass(const std::deque<Held>& passing, TimePoint now);

  std::map<std::string, Gate> gates_;
  Ticket lastTicket_ = 0;
};

}  // namespace iotcpd::fake
