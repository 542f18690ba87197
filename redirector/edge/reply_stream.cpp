#include "redirector/edge/reply_stream.h"

#include <sys/socket.h>

#include <cassert>
#include <cerrno>
#include <utility>
#include <vector>

namespace iotcpd::redirector {
namespace {

/// Memory beyond that is given back when all has been sent.
constexpr std::size_t kKeptBytes = 16384;
/// So many streams may have something on its way without an allocation; a batch of the poller
/// brings no more than that.
constexpr std::size_t kSpares = 256;
/// Sent bytes are dropped from the front of what a slow client leaves when they are that many.
constexpr std::size_t kCompactBytes = std::size_t{256} << 10U;

using Bytes = std::unique_ptr<std::string>;

/// Memory that no stream needs, the last one first: that is in the cache still, while that of a
/// connection among thousands would have left it since its last reply.
std::vector<Bytes>& spares() {
  static thread_local std::vector<Bytes> all;
  return all;
}

Bytes takeSpare() {
  std::vector<Bytes>& all = spares();
  if (all.empty()) return std::make_unique<std::string>();
  Bytes bytes = std::move(all.back());
  all.pop_back();
  return bytes;
}

void giveBack(Bytes bytes) {
  std::vector<Bytes>& all = spares();
  if (bytes->capacity() > kKeptBytes || all.size() == kSpares) return;
  bytes->clear();
  all.push_back(std::move(bytes));
}

}  // namespace

void ReplyStream::append(std::string_view reply) {
  assert(!reply.empty());
  if (bytes_ == nullptr) bytes_ = takeSpare();
  *bytes_ += reply;
}

ReplyStream::Progress ReplyStream::send(int fd) {
  assert(!empty());
  const std::string_view rest = std::string_view(*bytes_).substr(sentBytes_);
  const ssize_t sent = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) return errno == EAGAIN || errno == EINTR ? Progress::kBlocked : Progress::kBroken;
  takenEnd_ += static_cast<std::size_t>(sent);
  sentBytes_ += static_cast<std::size_t>(sent);
  dropSent();
  return empty() ? Progress::kAll : Progress::kBlocked;
}

void ReplyStream::dropSent() {
  if (sentBytes_ == bytes_->size()) {
    giveBack(std::move(bytes_));
  } else if (sentBytes_ >= kCompactBytes) {
    bytes_->erase(0, sentBytes_);
  } else {
    return;
  }
  sentBytes_ = 0;
}

}  // namespace iotcpd::redirector
