#include "redirector/edge/daemon_proof.h"

#include <optional>

#include <Poco/Exception.h>

namespace iotcpd::redirector {

DaemonProof::DaemonProof(const PoolSettings& settings)
    : probe_(settings.probe),
      timeout_(settings.busyTimeout),
      silence_(settings.alarmInterval),
      settle_(settings.settle) {
  if (!settings.probeExpect.empty()) {
    expected_ = std::make_unique<Poco::RegularExpression>(settings.probeExpect);
  }
}

DaemonProof::Verdict DaemonProof::begin(DaemonProcess& daemon, Kind kind) const {
  if (!probe_.empty()) {
    if (daemon.ask(probe_) == DaemonChannel::SendResult::kRefused) {
      return Verdict::kFailed;
    }
    daemon.enter(DaemonProcess::Phase::kProving, daemon.startedAt() + timeout_);
    return Verdict::kPending;
  }
  if (kind == Kind::kFirst) return Verdict::kProven;
  daemon.enter(DaemonProcess::Phase::kProving, daemon.startedAt() + silence_);
  return Verdict::kPending;
}

DaemonProof::Verdict DaemonProof::onEvent(DaemonProcess& daemon, ChannelEvent event,
                                          std::string_view line, TimePoint at) const {
  if (event == ChannelEvent::kLineBegun && asks() && !daemon.answeredProbe) {
    return Verdict::kPending;
  }
  if (event != ChannelEvent::kReply || !asks()) return Verdict::kFailed;
  const std::optional<std::string_view> answer = daemon.answerIn(line);
  if (!answer || !accepts(*answer)) return Verdict::kFailed;
  daemon.answeredProbe = true;
  if (settle_ == Nanoseconds::zero()) return Verdict::kProven;
  daemon.enter(DaemonProcess::Phase::kProving, at + settle_);
  return Verdict::kPending;
}

DaemonProof::Verdict DaemonProof::onDeadline(const DaemonProcess& daemon) const {
  return probe_.empty() || daemon.answeredProbe ? Verdict::kProven : Verdict::kFailed;
}

bool DaemonProof::accepts(std::string_view line) const {
  if (!expected_) return true;
  std::string text(line.substr(0, line.find('\n')));
  if (!text.empty() && text.back() == '\r') text.pop_back();
  Poco::RegularExpression::Match match;
  try {
    return expected_->match(text, 0, match) > 0;
  } catch (const Poco::Exception&) {
    return false;  // Beyond the library's limits: not what was expected.
  }
}

}  // namespace iotcpd::redirector
