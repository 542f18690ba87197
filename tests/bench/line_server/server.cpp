#include "tests/bench/line_server/server.h"

#include <netinet/tcp.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "tests/bench/yardstick.h"

namespace yardstick {
namespace {

constexpr int kBacklog = 4096;
constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::size_t kMostUnparsed = 1024 * 1024;
constexpr std::size_t kMostUnsent = 64 * 1024 * 1024;
// A sleep ends so long before its deadline; the rest is spent on the processor.
constexpr iotcpd::Nanoseconds kSpin = std::chrono::microseconds(100);

// epoll_event.data.u64: a connection is its descriptor below its incarnation, which is never 0.
constexpr std::uint64_t kListenerTag = 1;
constexpr std::uint64_t kSignalTag = 2;

std::uint64_t tagOf(int fd, std::uint32_t incarnation) {
  return std::uint64_t{incarnation} << 32 | static_cast<std::uint32_t>(fd);
}

int listenOn(std::uint16_t port) {
  const int fd = check(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  const int on = 1;
  check(::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
  // Inherited by what is accepted: replies never wait for an acknowledgement.
  check(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
  const sockaddr_in address = loopback(1, port);
  check(::bind(fd, generic(address), sizeof address), "bind");
  check(::listen(fd, kBacklog), "listen");
  return fd;
}

int openSignals() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGTERM);
  ::sigaddset(&set, SIGINT);
  check(::sigprocmask(SIG_BLOCK, &set, nullptr), "sigprocmask");
  return check(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
}

}  // namespace

Server::Server(const ServerSettings& settings)
    : settings_(settings),
      listener_(listenOn(settings.port)),
      epoll_(check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      signals_(openSignals()),
      stamps_(settings.stampFile, settings.mostStamps),
      buffer_(kBufferBytes) {
  if (settings.service) queue_.emplace(*settings.service, settings.seed);
  watch(listener_, EPOLLIN, kListenerTag, EPOLL_CTL_ADD);
  watch(signals_, EPOLLIN, kSignalTag, EPOLL_CTL_ADD);
}

Server::~Server() {
  for (const auto& connection : connections_) {
    if (connection && connection->fd >= 0) ::close(connection->fd);
  }
  ::close(signals_);
  ::close(epoll_);
  ::close(listener_);
}

std::uint16_t Server::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  check(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  return ntohs(address.sin_port);
}

void Server::run() {
  while (!isEnding_) {
    const int count = waitForEvents();
    for (int i = 0; i < count; ++i) dispatch(events_[static_cast<std::size_t>(i)]);
    if (queue_) finishDue();
  }
  stamps_.write();
}

int Server::waitForEvents() {
  const auto due = queue_ ? queue_->nextDue() : std::nullopt;
  timespec timeout{};
  if (due && !settings_.polls) {
    // Within the spin it asks without waiting, so that arrivals get their stamps even then.
    const auto left = std::max(*due - kSpin - iotcpd::steadyNow(), iotcpd::Nanoseconds::zero());
    timeout.tv_sec = left.count() / 1'000'000'000;
    timeout.tv_nsec = left.count() % 1'000'000'000;
  }
  const int count = ::epoll_pwait2(epoll_, events_.data(), static_cast<int>(events_.size()),
                                   due || settings_.polls ? &timeout : nullptr, nullptr);
  return count < 0 && errno == EINTR ? 0 : check(count, "epoll_pwait2");
}

void Server::dispatch(const epoll_event& event) {
  if (event.data.u64 == kSignalTag) {
    isEnding_ = true;
  } else if (event.data.u64 == kListenerTag) {
    acceptAll();
  } else if (Connection* connection = find(event.data.u64)) {
    if ((event.events & EPOLLOUT) != 0) {
      flush(*connection, std::exchange(connection->unsent, {}));
    } else if (connection->isEnding) {
      close(*connection);  // a reset, while the last reply was still to come
    } else {
      onReadable(*connection);
    }
  }
}

void Server::acceptAll() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    ++accepted_;
    const auto place = static_cast<std::size_t>(fd);
    if (place >= connections_.size()) connections_.resize(place + 1);
    if (!connections_[place]) connections_[place] = std::make_unique<Connection>();
    Connection& connection = *connections_[place];
    connection.fd = fd;
    ++connection.incarnation;
    connection.protocol = settings_.protocol;
    // Mostly the request is there already, and with one per connection epoll is never troubled.
    onReadable(connection);
  }
}

void Server::onReadable(Connection& connection) {
  const ssize_t got = ::recv(connection.fd, buffer_.data(), buffer_.size(), 0);
  if (got > 0) {
    answer(connection, {buffer_.data(), static_cast<std::size_t>(got)});
  } else if (got < 0 && errno == EAGAIN) {
    await(connection);
  } else if (got == 0 && (connection.outstanding > 0 || !connection.unsent.empty())) {
    connection.isEnding = true;
    await(connection);
  } else {
    close(connection);
  }
}

void Server::answer(Connection& connection, std::string_view input) {
  const bool needsTime = queue_ || stamps_.areKept();
  const iotcpd::TimePoint arrival = needsTime ? iotcpd::steadyNow() : iotcpd::TimePoint{};
  const bool isContinued = !connection.unparsed.empty();
  if (isContinued) input = connection.unparsed.append(input);
  replies_.clear();
  bool mayGoOn = true;
  while (mayGoOn && !input.empty()) {
    const Taken taken = takeRequest(connection.protocol, input, settings_.closes, replies_);
    if (taken.isMalformed || (queue_ && queue_->isFull())) return close(connection);
    if (taken.bytes == 0) break;
    input.remove_prefix(taken.bytes);
    mayGoOn = take(connection, taken, arrival);
  }
  if (input.size() > kMostUnparsed) return close(connection);
  // `input` may point into `unparsed`.
  if (isContinued) {
    connection.unparsed.erase(0, connection.unparsed.size() - input.size());
  } else {
    connection.unparsed = input;
  }
  flush(connection, replies_);
}

/// Counts one request and, with a service time, sends it to the queue with the reply that has just
/// been made. Returns whether the connection may bring more.
bool Server::take(Connection& connection, const Taken& taken, iotcpd::TimePoint arrival) {
  ++requests_;
  const bool isLast = settings_.closes || taken.isLast;
  if (isLast) connection.isEnding = true;
  iotcpd::Nanoseconds service{};
  if (queue_) {
    ++connection.outstanding;
    service = queue_->join(tagOf(connection.fd, connection.incarnation), arrival,
                           std::exchange(replies_, {}));
  }
  if (stamps_.areKept()) stamps_.add(arrival, service);
  return !isLast;
}

void Server::finishDue() {
  // The clock is read again each time: what comes due meanwhile is late already.
  while (queue_->nextDue() && *queue_->nextDue() <= iotcpd::steadyNow()) {
    const Job job = queue_->finish();
    Connection* connection = find(job.connection);
    if (connection == nullptr) continue;
    --connection->outstanding;
    flush(*connection, job.reply);
  }
}

/// Sends `bytes` after what is unsent; then closes, if that was the last of an ending connection,
/// or waits for what comes next.
void Server::flush(Connection& connection, std::string_view bytes) {
  if (!connection.unsent.empty()) return keepUnsent(connection, bytes);
  const bool isLast = connection.isEnding && connection.outstanding == 0;
  if (!bytes.empty()) {
    // The end of the stream goes out in the segment of the last reply.
    const int flags = MSG_NOSIGNAL | (isLast ? MSG_MORE : 0);
    const ssize_t sent = ::send(connection.fd, bytes.data(), bytes.size(), flags);
    if (sent < 0 && errno != EAGAIN) return close(connection);
    bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
  }
  if (!bytes.empty()) return keepUnsent(connection, bytes);
  if (isLast) return close(connection);
  await(connection);
}

void Server::keepUnsent(Connection& connection, std::string_view bytes) {
  if (connection.unsent.size() + bytes.size() > kMostUnsent) return close(connection);
  connection.unsent += bytes;
  await(connection);
}

void Server::await(Connection& connection) {
  std::uint32_t events = connection.isEnding ? 0U : EPOLLIN;
  // Whoever does not take replies is not read on.
  if (!connection.unsent.empty()) events = EPOLLOUT;
  // Level-triggered: an end that has been read once would come for ever.
  if (connection.isEnding && events == 0) events = EPOLLET;
  if (events == connection.watched) return;
  watch(connection.fd, events, tagOf(connection.fd, connection.incarnation),
        connection.watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD);
  connection.watched = events;
}

void Server::watch(int fd, std::uint32_t events, std::uint64_t tag, int operation) const {
  epoll_event event{};
  event.events = events;
  event.data.u64 = tag;
  check(::epoll_ctl(epoll_, operation, fd, &event), "epoll_ctl");
}

void Server::close(Connection& connection) {
  ::close(connection.fd);
  connection.fd = -1;
  connection.outstanding = 0;
  connection.watched = 0;
  connection.isEnding = false;
  connection.unparsed.clear();
  connection.unsent.clear();
}

Server::Connection* Server::find(std::uint64_t tag) const {
  Connection* connection = connections_[tag & 0xffffffffU].get();
  const bool isCurrent = connection->fd >= 0 && tag >> 32 == connection->incarnation;
  return isCurrent ? connection : nullptr;
}

}  // namespace yardstick
