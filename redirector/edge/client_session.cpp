#include "redirector/edge/client_session.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace iotcpd::redirector {
namespace {

constexpr std::size_t kReadBytes = 16384;
constexpr Nanoseconds kLingerTime = std::chrono::seconds(1);
constexpr std::size_t kLingerBytes = std::size_t{2} << 20U;

/// Reads of discarded bytes in one pass.
constexpr int kReadsPerPass = 16;

}  // namespace

ClientSession::ClientSession(const Environment& environment, UniqueFd fd,
                             std::optional<IpAddress> source)
    : with_(environment),
      fd_(std::move(fd)),
      source_(source),
      timer_([this](TimePoint now) { onTimer(now); }) {}

std::span<char> ClientSession::readBuffer() {
  static thread_local std::array<char, kReadBytes> buffer;
  return buffer;
}

void ClientSession::onEvents(std::uint32_t events, TimePoint /*now*/) {
  if ((watchedFor_.value_or(0) & EPOLLONESHOT) != 0) watchedFor_.reset();
  if (stage_ == Stage::kOpen) {
    onReady(events);
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

/// Where the kernel would not watch it, the deadline decides.
void ClientSession::watch(std::uint32_t events) {
  if (!watched_) {
    watched_ = with_.poller.add(fd_.get(), events, *this);
  } else if (watchedFor_ != events) {
    with_.poller.change(fd_.get(), events, *this);
  }
  watchedFor_ = events;
}

/// One that has been told of once is silent already; the close takes it out of the poller.
void ClientSession::unwatch() {
  if (!watchedFor_.has_value()) return;
  if (std::exchange(watched_, false)) with_.poller.remove(fd_.get(), *this);
  watchedFor_.reset();
}

void ClientSession::linger(TimePoint now) {
  ::shutdown(fd_.get(), SHUT_WR);
  stage_ = Stage::kLingering;
  lingerBudgetBytes_ = kLingerBytes;
  watch(EPOLLIN);
  setDeadline(now + kLingerTime);
}

void ClientSession::discardInput() {
  const std::span<char> discarded = readBuffer();
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
  clearDeadline();
  unwatch();
  fd_.reset();
  with_.onEnded(*this);
}

}  // namespace iotcpd::redirector
