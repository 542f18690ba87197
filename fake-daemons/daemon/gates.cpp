#include "fake-daemons/daemon/gates.h"

#include <algorithm>
#include <utility>

#include "fake-daemons/grammar/action_type.h"

namespace iotcpd::fake {

bool Gates::isName(std::string_view name) {
  constexpr std::string_view kAccepted =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  return !name.empty() && name.size() <= kMostNameBytes &&
         name.find_first_not_of(kAccepted) == std::string_view::npos;
}

Gates::Ticket Gates::enter(const std::string& name, Passage pass) {
  Gate& gate = gates_[name];
  if (gate.isOpen) return 0;
  if (gate.permits > 0) {
    --gate.permits;
    forgetIfUnused(name);
    return 0;
  }
  gate.held.push_back({++lastTicket_, std::move(pass)});
  const Ticket ticket = lastTicket_;
  for (const Awaiting& one : std::exchange(gate.awaiting, {})) one.arrived();
  return ticket;
}

void Gates::leave(Ticket ticket) {
  for (auto& [name, gate] : gates_) {
    const auto left =
        std::erase_if(gate.held, [ticket](const Held& held) { return held.ticket == ticket; }) +
        std::erase_if(gate.awaiting,
                      [ticket](const Awaiting& one) { return one.ticket == ticket; });
    if (left == 0) continue;
    forgetIfUnused(std::string(name));
    return;
  }
}

void Gates::forgetIfUnused(const std::string& name) {
  const auto found = gates_.find(name);
  if (found == gates_.end()) return;
  const Gate& gate = found->second;
  const bool isUsed =
      gate.isOpen || gate.permits > 0 || !gate.held.empty() || !gate.awaiting.empty();
  if (!isUsed) gates_.erase(found);
}

void Gates::letPass(const std::deque<Held>& passing, TimePoint now) {
  for (const Held& held : passing) held.pass(now);
}

void Gates::open(const std::string& name, TimePoint now) {
  Gate& gate = gates_[name];
  gate.isOpen = true;
  letPass(std::exchange(gate.held, {}), now);
}

void Gates::let(const std::string& name, std::uint64_t count, TimePoint now) {
  Gate& gate = gates_[name];
  std::deque<Held> passing;
  for (; count > 0 && !gate.held.empty(); --count) {
    passing.push_back(std::move(gate.held.front()));
    gate.held.pop_front();
  }
  gate.permits += std::min(count, kMostPermits - gate.permits);
  forgetIfUnused(name);
  letPass(passing, now);
}

void Gates::shut(const std::string& name) {
  const auto gate = gates_.find(name);
  if (gate == gates_.end()) return;
  gate->second.isOpen = false;
  gate->second.permits = 0;
  forgetIfUnused(name);
}

void Gates::reset(TimePoint now) {
  std::deque<Held> passing;
  for (auto& [name, gate] : gates_) {
    gate.isOpen = false;
    gate.permits = 0;
    std::ranges::move(std::exchange(gate.held, {}), std::back_inserter(passing));
  }
  std::erase_if(gates_, [](const auto& entry) { return entry.second.awaiting.empty(); });
  letPass(passing, now);
}

std::size_t Gates::waiting(const std::string& name) const {
  const auto gate = gates_.find(name);
  return gate == gates_.end() ? 0 : gate->second.held.size();
}

Gates::Ticket Gates::await(const std::string& name, std::function<void()> arrived) {
  if (waiting(name) > 0) {
    arrived();
    return 0;
  }
  gates_[name].awaiting.push_back({++lastTicket_, std::move(arrived)});
  return lastTicket_;
}

}  // namespace iotcpd::fake
