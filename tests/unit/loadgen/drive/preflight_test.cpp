#include "loadgen/drive/preflight.h"

#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loadgen/drive/port_budget.h"

namespace iotcpd::loadgen {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

PeerAddress peer(const char* text) { return resolve(EndpointName::parse(text)); }

/// `connections` in all, at a rate at which a minute sees them.
RunSettings settingsFor(double connections) {
  RunSettings settings;
  settings.plan.rate = RateSchedule::parse("1000000/s");
  settings.plan.most = static_cast<std::uint64_t>(connections);
  settings.connections = 10;
  return settings;
}

/// More than one address has ports for, by whatever this machine's range is.
double tooMany() { return 1.5 * static_cast<double>(PortBudget::read().portsPerAddress); }

TEST(Preflight, AFewConnectionsNeedNothing) {
  const Preflight preflight = inspect(settingsFor(100), peer("127.0.0.1:80"));
  EXPECT_THAT(preflight.sources, IsEmpty());
  EXPECT_THAT(preflight.announcements, IsEmpty());
}

TEST(Preflight, LoopbackIsSpreadOverMoreAddressesAndSaysSo) {
  const Preflight preflight = inspect(settingsFor(tooMany()), peer("127.0.0.1:80"));
  EXPECT_THAT(preflight.sources, SizeIs(2));
  ASSERT_THAT(preflight.announcements, SizeIs(1));
  EXPECT_THAT(preflight.announcements[0], HasSubstr("connecting from 127.0.0.2 to 127.0.0.3"));
}

TEST(Preflight, ElsewhereTheUserIsWarned) {
  const Preflight preflight = inspect(settingsFor(tooMany()), peer("192.0.2.1:80"));
  EXPECT_THAT(preflight.sources, IsEmpty());
  ASSERT_THAT(preflight.announcements, SizeIs(1));
  EXPECT_THAT(preflight.announcements[0], HasSubstr("ports may run out"));
}

TEST(Preflight, AFileOfAFewRequestsNeedsNothing) {
  const std::string path = testing::TempDir() + "preflight.log";
  std::ofstream(path) << "1000000000.000 1 10.0.0.1 TCP_MISS/200 1 GET http://x/ - DIRECT/- text\n";
  RunSettings settings;
  settings.plan.replayFile = path;
  EXPECT_THAT(inspect(settings, peer("127.0.0.1:80")).announcements, IsEmpty());
}

TEST(Preflight, AClosedLoopMayTakeAnyNumberOfPortsWhichIsToldAfterwards) {
  const Preflight preflight = inspect(RunSettings(), peer("127.0.0.1:80"));
  EXPECT_THAT(preflight.sources, SizeIs(64));
  EXPECT_THAT(preflight.announcements, IsEmpty());
  EXPECT_THAT(preflight.notes, SizeIs(1));
}

TEST(Preflight, ChosenAddressesAreKeptEvenIfTheyAreTooFew) {
  RunSettings settings = settingsFor(tooMany());
  settings.sources = {"127.0.0.1"};
  const Preflight preflight = inspect(settings, peer("127.0.0.1:80"));
  EXPECT_EQ(preflight.sources, settings.sources);
  EXPECT_THAT(preflight.announcements, SizeIs(1));
}

TEST(Preflight, ConnectionsThatAreKeptOrHaveNoPortsNeedNothing) {
  RunSettings settings = settingsFor(tooMany());
  EXPECT_THAT(inspect(settings, peer("unix:/x")).announcements, IsEmpty());
  settings.keepAlive = true;
  EXPECT_THAT(inspect(settings, peer("127.0.0.1:80")).announcements, IsEmpty());
}

TEST(Preflight, MoreConnectionsThanDescriptorsAreRefusedWithBothNumbers) {
  RunSettings settings;
  settings.connections = 10;
  EXPECT_NO_THROW(static_cast<void>(requireDescriptors(settings)));
  settings.connections = std::uint64_t{1} << 40;
  try {
    static_cast<void>(requireDescriptors(settings));
    FAIL() << "accepted";
  } catch (const TargetError& e) {
    EXPECT_THAT(e.what(), HasSubstr("--connections 1099511627776: "));
  }
}

TEST(Preflight, ADaemonTakesTwoDescriptors) {
  RunSettings settings;
  settings.connections = 10;
  static_cast<void>(requireDescriptors(settings));
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  settings.connections = limit.rlim_cur / 2 + 1;
  EXPECT_NO_THROW(static_cast<void>(requireDescriptors(settings)));
  settings.exec = {"cat"};
  try {
    static_cast<void>(requireDescriptors(settings));
    FAIL() << "accepted";
  } catch (const TargetError& e) {
    EXPECT_THAT(e.what(), HasSubstr("--daemons "));
  }
}

}  // namespace
}  // namespace iotcpd::loadgen
