#include "fake-daemons/daemon/gates.h"

#include <algorithm>
#include <utility>

namespace iotcpd::fake {

Gates::Ticket Gates::enter(const std::string& name, Passage pass) {
  Gate& gate = gates_[name];
  if (gate.isOpen) return 0;
  if (gate.permits > 0) {
    --gate.permits;
    return 0;
  }
  gate.held.push_back({++lastTicket_, std::move(pass)});
  const Ticket ticket = lastTicket_;
  for (const Awaiting& one : std::exchange(gate.awaiting, {})) one.arrived();
  return ticket;
}

void Gates::leave(Ticket ticket) {
  for (auto& [name, gate] : gates_) {
    std::erase_if(gate.held, [ticket](const Held& held) { return held.ticket == ticket; });
    std::erase_if(gate.awaiting, [ticket](const Awaiting& one) { return one.ticket == ticket; });
  }
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
  gate.permits += count;
  letPass(passing, now);
}

void Gates::shut(const std::string& name) {
  Gate& gate = gates_[name];
  gate.isOpen = false;
  gate.permits = 0;
}

void Gates::reset(TimePoint now) {
  std::deque<Held> passing;
  for (auto& [name, gate] : gates_) {
    gate.isOpen = false;
    gate.permits = 0;
    std::ranges::move(std::exchange(gate.held, {}), std::back_inserter(passing));
  }
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
