#include "redirector/edge/acceptor.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace iotcpd::redirector {
namespace {

constexpr Nanoseconds kRetry = std::chrono::milliseconds(100);
constexpr Nanoseconds kLogInterval = std::chrono::seconds(10);

/// Errors of accept(2) that concern one connection only; the next may be tried at once.
bool concernsOneConnection(int error) {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPERM:
    case EPROTO:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
      return true;
    default:
      return false;
  }
}

}  // namespace

Acceptor::Acceptor(Poller& poller, Timers& timers, const Clock& clock, Poco::Logger& log,
                   const std::vector<int>& listeners, Callbacks callbacks)
    : poller_(poller),
      timers_(timers),
      clock_(clock),
      log_(log),
      callbacks_(std::move(callbacks)),
      retry_([this](TimePoint) { resume(); }) {
  for (const int fd : listeners) {
    const std::size_t index = listeners_.size();
    auto watch = std::make_unique<Watch>(poller, fd, [this, index] { onReady(index); });
    watch->want(Watch::Interest::kReadable);
    listeners_.push_back({fd, std::move(watch), 0});
  }
}

/// One connection, mostly the only one: to be told that there is none left costs as much as the
/// next event. All that there are when it is ready again in the very next pass, or when it has to
/// share the passes with so many that it may not be asked again for long.
void Acceptor::onReady(std::size_t index) {
  Listener& listener = listeners_[index];
  const bool crowded = poller_.full() || listener.leftInPass + 1 == poller_.passes();
  if (!crowded) listener.leftInPass = poller_.passes();
  acceptBatch(listener.fd, crowded ? kBatch : 1);
}

void Acceptor::acceptBatch(int listener, int most) {
  const TimePoint now = clock_.now();
  for (int accepted = 0; accepted < most; ++accepted) {
    if (!callbacks_.hasRoom()) {
      pause("the largest number of clients is reached", now);
      return;
    }
    if (acceptOne(listener, now) != Progress::kMore) return;
  }
}

Acceptor::Progress Acceptor::acceptOne(int listener, TimePoint now) {
  sockaddr_storage source{};
  socklen_t length = sizeof source;
  auto* const address = reinterpret_cast<sockaddr*>(&source);
  UniqueFd fd(::accept4(listener, address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (fd) {
    if (std::exchange(pauseLogged_, false)) log_.notice("accepting resumed");
    callbacks_.onConnection(std::move(fd), address, clock_.now());
    return Progress::kMore;
  }
  if (errno == EAGAIN) return Progress::kDrained;
  if (concernsOneConnection(errno)) return Progress::kMore;
  // EMFILE, ENFILE, ENOBUFS, ENOMEM: nobody tells us when that is over.
  pause(std::strerror(errno), now);
  timers_.schedule(retry_, now + kRetry);
  return Progress::kFull;
}

void Acceptor::onRoom() {
  if (paused_ && callbacks_.hasRoom()) resume();
}

void Acceptor::finish(TimePoint now) {
  retry_.cancel();
  for (Listener& listener : listeners_) {
    listener.watch.reset();
    for (int taken = 0; taken < kMostAtEnd && acceptOne(listener.fd, now) == Progress::kMore;
         ++taken) {
    }
  }
  listeners_.clear();
}

void Acceptor::pause(const std::string& why, TimePoint now) {
  if (std::exchange(paused_, true)) return;
  for (Listener& listener : listeners_) {
    if (listener.watch) listener.watch->want(Watch::Interest::kNothing);
  }
  if (now < quietUntil_) return;
  pauseLogged_ = true;
  quietUntil_ = now + kLogInterval;
  log_.warning(fmt::format("accepting paused: {}", why));
}

void Acceptor::resume() {
  if (!std::exchange(paused_, false)) return;
  retry_.cancel();
  for (Listener& listener : listeners_) {
    if (listener.watch) listener.watch->want(Watch::Interest::kReadable);
  }
}

}  // namespace iotcpd::redirector
