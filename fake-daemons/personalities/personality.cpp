#include "fake-daemons/personalities/personality.h"

#include "fake-daemons/personalities/kinds.h"

namespace iotcpd::fake {

std::unique_ptr<Personality> makePersonality(const Settings& settings, const Identity& identity) {
  switch (settings.personality) {
    case PersonalityKind::kFixed:
      return makeFixed(settings.replyTemplate, identity);
    case PersonalityKind::kSquidGuard:
      return makeSquidGuard(settings.patternsFile);
    case PersonalityKind::kEcho:
    case PersonalityKind::kSquidChannel:
    case PersonalityKind::kWrap:
      break;
  }
  return makeEcho();
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
