#include "redirector/edge/client_session.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include <Poco/Exception.h>

namespace iotcpd::redirector {
namespace {

constexpr Nanoseconds kLingerTime = std::chrono::seconds(1);
constexpr std::size_t kLingerBytes = std::size_t{2} << 20U;

/// Reads of discarded bytes in one pass.
constexpr int kReadsPerPass = 16;

}  // namespace

ClientSession::ClientSession(const Environment& environment, UniqueFd fd,
                             std::optional<IpAddress> source)
    : with_(environment), fd_(std::move(fd)), source_(source), timer_([this](TimePoint now) {
        onTimer(now);
      }) {}

void ClientSession::onWatch() {
  if (stage_ == Stage::kOpen) {
    onReady();
  } else if (stage_ == Stage::kLingering) {
    discardInput();
  }
}

void ClientSession::onTimer(TimePoint now) {
  if (stage_ == Stage::kOpen) {
    onDeadline(now);
  } else if (stage_ == Stage::kLingering) {
    end();
  }
}

void ClientSession::await(Watch::Interest interest, TimePoint deadline) {
  with_.timers.schedule(timer_, deadline);
  if (!watch_) watch_ = std::make_unique<Watch>(with_.reactor, fd_.get(), [this] { onWatch(); });
  try {
    watch_->want(interest);
  } catch (const Poco::Exception&) {
    // The kernel would not watch it; the deadline decides.
  }
}

void ClientSession::awaitNothing() {
  if (watch_) watch_->want(Watch::Interest::kNothing);
  timer_.cancel();
}

void ClientSession::linger(TimePoint now) {
  ::shutdown(fd_.get(), SHUT_WR);
  stage_ = Stage::kLingering;
  lingerBudgetBytes_ = kLingerBytes;
  await(Watch::Interest::kReadable, now + kLingerTime);
}

void ClientSession::discardInput() {
  static std::array<char, 16384> discarded;
  for (int reads = 0; reads < kReadsPerPass; ++reads) {
    const ssize_t got = ::recv(fd_.get(), discarded.data(), discarded.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || static_cast<std::size_t>(got) > lingerBudgetBytes_) {
      end();
      return;
    }
    lingerBudgetBytes_ -= static_cast<std::size_t>(got);
  }
}

void ClientSession::cutOff() {
  const ::linger atOnce{1, 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
  end();
}

void ClientSession::end() {
  if (!spoke_) with_.counters.connectionWithoutRequest();
  stage_ = Stage::kEnded;
  awaitNothing();
  fd_.reset();
  with_.onEnded(*this);
}

}  // namespace iotcpd::redirector
