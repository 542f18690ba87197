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

}  // namespace iotcpd::fake
