// ClientSession: its reply, and how the connection ends after it. The rest is in
// client_session.cpp.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "redirector/edge/client_session.h"

namespace iotcpd::redirector {
namespace {

constexpr Nanoseconds kLingerTime = std::chrono::seconds(1);
constexpr std::size_t kLingerBytes = std::size_t{2} << 20U;

/// Reads of discarded bytes in one pass.
constexpr int kReadsPerPass = 16;

}  // namespace

/// Looks for bytes beyond the request, which a close would answer with a reset that can eat the
/// reply. False when the connection is broken.
bool ClientSession::inputIntact() {
  if (surplus_ || inputEnded_) return true;
  char byte = 0;
  const ssize_t got = ::recv(fd_.get(), &byte, 1, MSG_DONTWAIT | MSG_PEEK);
  surplus_ = got > 0;
  inputEnded_ = got == 0;
  return got >= 0 || errno == EAGAIN || errno == EINTR;
}

void ClientSession::sendReply(std::string_view reply, TimePoint now) {
  state_ = State::kReplying;
  if (!inputIntact()) {
    onBroken();
    return;
  }
  // Held back for the end of the stream, which follows at once and takes it along in one segment.
  const ssize_t sent =
      ::send(fd_.get(), reply.data(), reply.size(), MSG_NOSIGNAL | MSG_DONTWAIT | MSG_MORE);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) {
    onBroken();
    return;
  }
  const auto taken = static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
  with_.counters.sent(taken);
  if (taken == reply.size()) {
    onReplySent(now);
  } else {
    reply_ = reply.substr(taken);
    replySentBytes_ = 0;
    await(Watch::Interest::kWritable, with_.clock.now() + with_.settings.clientTimeout);
  }
}

void ClientSession::sendRest(TimePoint now) {
  const std::string_view rest = std::string_view(reply_).substr(replySentBytes_);
  const ssize_t sent = ::send(fd_.get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) {
    if (errno != EAGAIN && errno != EINTR) onBroken();
    return;
  }
  with_.counters.sent(static_cast<std::size_t>(sent));
  replySentBytes_ += static_cast<std::size_t>(sent);
  if (replySentBytes_ == reply_.size()) onReplySent(now);
}

void ClientSession::onReplySent(TimePoint now) {
  if (!decided_) decide(Cause::kNone);
  if (surplus_) {
    linger(now);
  } else {
    end();
  }
}

void ClientSession::linger(TimePoint now) {
  ::shutdown(fd_.get(), SHUT_WR);
  state_ = State::kLingering;
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

/// Ends with a reset, so that a torn reply never looks like a whole one.
void ClientSession::cutOff() {
  const ::linger atOnce{1, 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
  end();
}

}  // namespace iotcpd::redirector
