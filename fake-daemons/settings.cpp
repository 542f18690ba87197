#include "fake-daemons/settings.h"

#include <algorithm>

#include "fake-daemons/grammar/action_type.h"

namespace iotcpd::fake {

std::string conflictOf(const FaultSpec& fault, PersonalityKind personality) {
  if (personality == PersonalityKind::kSquidChannel) return {};
  const bool hasWrongId = std::ranges::any_of(
      fault.terms, [](const Term& term) { return term.action.type->name == "wrong-id"; });
  return hasWrongId ? "wrong-id needs --personality squid-channel" : "";
}

bool onlyEndsUponTerm(const Settings& settings) {
  return settings.faults.empty() && !settings.obeyRequests && settings.journalFile.empty() &&
         settings.controlPath.empty() && settings.personality != PersonalityKind::kWrap;
}

std::string_view personalityName(PersonalityKind kind) {
  switch (kind) {
    case PersonalityKind::kEcho:
      return "echo";
    case PersonalityKind::kFixed:
      return "fixed";
    case PersonalityKind::kSquidGuard:
      return "squidguard";
    case PersonalityKind::kSquidChannel:
      return "squid-channel";
    case PersonalityKind::kWrap:
      return "wrap";
  }
  return "";
}

}  // namespace iotcpd::fake
