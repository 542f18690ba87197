// OneRequestSession: its reply, and how the connection ends after it. The rest is in
// one_request_session.cpp.
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "redirector/edge/one_request_session.h"

namespace iotcpd::redirector {

/// Looks for bytes beyond the request, which a close would answer with a reset that can eat the
/// reply. Asking how many there are costs half of peeking at them.
void OneRequestSession::lookForSurplus() {
  if (surplus_ || inputEnded_) return;
  int unread = 0;
  surplus_ = ::ioctl(fd(), SIOCINQ, &unread) == 0 && unread > 0;
}

void OneRequestSession::sendReply(std::string_view reply, TimePoint now) {
  state_ = State::kReplying;
  lookForSurplus();
  // Held back for the end of the stream, which follows at once and takes it along in one segment.
  const ssize_t sent =
      ::send(fd(), reply.data(), reply.size(), MSG_NOSIGNAL | MSG_DONTWAIT | MSG_MORE);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) {
    onBroken();
    return;
  }
  const auto taken = static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
  with().counters.sent(taken);
  if (taken == reply.size()) {
    onReplySent(now);
  } else {
    reply_ = reply.substr(taken);
    replySentBytes_ = 0;
    await(EPOLLOUT, with().clock.now() + with().settings.clientTimeout);
  }
}

void OneRequestSession::sendRest(TimePoint now) {
  const std::string_view rest = std::string_view(reply_).substr(replySentBytes_);
  const ssize_t sent = ::send(fd(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) {
    if (errno != EAGAIN && errno != EINTR) onBroken();
    return;
  }
  with().counters.sent(static_cast<std::size_t>(sent));
  replySentBytes_ += static_cast<std::size_t>(sent);
  if (replySentBytes_ == reply_.size()) onReplySent(now);
}

void OneRequestSession::onReplySent(TimePoint now) {
  decide(Cause::kNone);
  if (surplus_) {
    linger(now);
  } else {
    end();
  }
}

}  // namespace iotcpd::redirector
