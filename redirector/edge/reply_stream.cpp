#include "redirector/edge/reply_stream.h"

#include <sys/socket.h>

#include <cerrno>

namespace iotcpd::redirector {
namespace {

/// Memory beyond that is given back when all has been sent.
constexpr std::size_t kKeptBytes = 16384;
/// Sent bytes are dropped from the front of what a slow client leaves when they are that many.
constexpr std::size_t kCompactBytes = std::size_t{256} << 10U;

}  // namespace

ReplyStream::Progress ReplyStream::send(int fd) {
  const std::string_view rest = std::string_view(bytes_).substr(sentBytes_);
  const ssize_t sent = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) return errno == EAGAIN || errno == EINTR ? Progress::kBlocked : Progress::kBroken;
  takenEnd_ += static_cast<std::size_t>(sent);
  sentBytes_ += static_cast<std::size_t>(sent);
  if (!empty()) {
    if (sentBytes_ >= kCompactBytes) {
      bytes_.erase(0, sentBytes_);
      sentBytes_ = 0;
    }
    return Progress::kBlocked;
  }
  sentBytes_ = 0;
  if (bytes_.capacity() > kKeptBytes) {
    std::string().swap(bytes_);
  } else {
    bytes_.clear();
  }
  return Progress::kAll;
}

}  // namespace iotcpd::redirector
