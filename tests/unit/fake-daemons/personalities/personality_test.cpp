#include "fake-daemons/personalities/personality.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace iotcpd::fake {
namespace {

TEST(MakePersonality, SquidChannelAndAWrappedProgramEcho) {
  for (const auto kind :
       {PersonalityKind::kEcho, PersonalityKind::kSquidChannel, PersonalityKind::kWrap}) {
    Settings settings;
    settings.personality = kind;
    Request request;
    request.line = "7 a\n";
    EXPECT_EQ(makePersonality(settings, {})->reply(request), "7 a\n") << personalityName(kind);
  }
}

TEST(MakePersonality, FixedTakesItsTemplateAndSquidGuardItsFile) {
  Settings settings;
  settings.personality = PersonalityKind::kFixed;
  settings.replyTemplate = "x{worker}";
  EXPECT_EQ(makePersonality(settings, {0, 3, 1})->reply({}), "x3\n");
  settings.personality = PersonalityKind::kSquidGuard;
  EXPECT_EQ(makePersonality(settings, {})->reply({}).substr(0, 3), "BH ");
  settings.patternsFile = "/does/not/exist";
  EXPECT_THROW(static_cast<void>(makePersonality(settings, {})), std::runtime_error);
}

}  // namespace
}  // namespace iotcpd::fake
