#include "redirector/app/shard.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace iotcpd::redirector {

Shard::Shard(Share share, Settings settings, SourceCounts& sources, Poco::Logger& log,
             const rlimit& descriptorLimit, Callbacks callbacks)
    : share_(share),
      settings_(std::move(settings)),
      log_(log),
      callbacks_(std::move(callbacks)),
      random_(randomSeed(), fmt::format("supervision {}", share.index)),
      ledger_(counters_, trace_),
      mailbox_(poller_),
      access_(sources, share.index, settings_.clients.allow, settings_.clients.maxClientsPerSource),
      launcher_(descriptorLimit),
      reactor_(
          poller_, clock_, [this] { clients_.bury(); }, [this] { writes_.run(); }),
      waiting_(timers_),
      dispatcher_(timers_, ledger_, settings_.clients),
      supervisor_({poller_, timers_, writes_, clock_, launcher_, random_, counters_, ledger_, log_,
                   share, callbacks_.onFirstDaemon, callbacks_.onRefreshEnded},
                  settings_.pool, dispatcher_),
      sessionEnvironment_{poller_,     timers_,
                          writes_,     clock_,
                          counters_,   settings_.clients,
                          dispatcher_, ledger_,
                          waiting_,    [this](ClientSession& s) { onSessionEnded(s); }},
      clients_(access_,
               [this] {
                 if (acceptor_) acceptor_->onRoom();
               }),
      timerWatch_(poller_, timers_.fd(), [this] { timers_.run(clock_.now()); }),
      drainTimer_([this](TimePoint now) { clients_.drainTimeout(now); }),
      drainedTimer_([this](TimePoint now) { stopDaemons(now); }) {
  dispatcher_.setSupervisor(supervisor_);
  timerWatch_.want(Watch::Interest::kReadable);
}

void Shard::listen(const std::vector<int>& listeners, std::function<void()> close) {
  closeListeners_ = std::move(close);
  acceptor_ = std::make_unique<Acceptor>(
      poller_, timers_, clock_, log_, listeners,
      Acceptor::Callbacks{[this] { return clients_.size() < settings_.clients.maxClients; },
                          [this](UniqueFd fd, const sockaddr* source, TimePoint at) {
                            onConnection(std::move(fd), source, at);
                          }});
}

int Shard::start() { return supervisor_.start(clock_.now()); }

void Shard::onConnection(UniqueFd fd, const sockaddr* source, TimePoint now) {
  const std::optional<IpAddress> address = IpAddress::fromSockaddr(source);
  if (address) {
    if (const std::optional<Refusal> refusal = access_.admit(*address)) {
      counters_.refused(*refusal);
      return;
    }
  }
  clients_.admit(sessionEnvironment_, std::move(fd), address, now);
}

void Shard::onSessionEnded(ClientSession& session) {
  clients_.release(session);
  stopIfDrained();
}

void Shard::adopt(const Settings& settings) {
  if (stage_ != Stage::kServing) return;
  const TimePoint now = clock_.now();
  settings_ = settings;
  log_.setLevel(settings_.output.logLevel);
  acceptor_->onRoom();
  access_.setRules(settings_.clients.allow, settings_.clients.maxClientsPerSource,
                   clients_.sources());
  dispatcher_.setLimits(settings_.clients);
  clients_.onSettings(now);
  supervisor_.adopt(settings_.pool, now);
}

void Shard::refresh() { supervisor_.refresh(clock_.now()); }

void Shard::beginDrain() {
  const TimePoint now = clock_.now();
  acceptor_->finish(now);
  acceptor_.reset();
  closeListeners_();
  // Only now, or the first of those just accepted to end would end it all.
  stage_ = Stage::kDraining;
  clients_.drain(now);
  timers_.schedule(drainTimer_, now + settings_.drainTimeout);
  stopIfDrained();
}

void Shard::endAtOnce() {
  stage_ = Stage::kStopping;
  const TimePoint now = clock_.now();
  clients_.drainTimeout(now);
  supervisor_.killAll(now);
}

void Shard::stopIfDrained() {
  if (stage_ != Stage::kDraining || clients_.size() > 0) return;
  // From a timer: the last session may end while the supervisor is handing it its reply.
  timers_.schedule(drainedTimer_, clock_.now());
}

void Shard::stopDaemons(TimePoint now) {
  stage_ = Stage::kStopping;
  drainTimer_.cancel();
  supervisor_.stop(now, callbacks_.onStopped);
}

PartialStatistics Shard::statistics() const {
  PartialStatistics result;
  result.counters = counters_;
  const DaemonPool& pool = supervisor_.pool();
  for (std::size_t i = 0; i < kDaemonStateCount; ++i) {
    result.daemons[i] = pool.count(static_cast<DaemonState>(i));
  }
  result.daemons[static_cast<std::size_t>(DaemonState::kStopping)] = supervisor_.stoppingCount();
  const RequestQueue& queue = dispatcher_.queue();
  result.queueDepth = queue.depth();
  result.queuePeak = queue.peak();
  result.queueOldest = queue.oldestWait(clock_.now());
  result.clientsOpen = clients_.size();
  result.droppedTraceLines = trace_.dropped();
  return result;
}

std::vector<DaemonRegister> Shard::registers() const { return supervisor_.registers(clock_.now()); }

std::size_t Shard::availableDaemons() const {
  return supervisor_.pool().count(DaemonState::kAvailable);
}

Settings sharesOf(const Settings& settings, const Share& share) {
  Settings shares = settings;
  shares.pool.numDaemons = share.partOf(settings.pool.numDaemons);
  shares.clients.maxClients = std::max<std::size_t>(share.partOf(settings.clients.maxClients), 1);
  shares.clients.queueSize = share.partOf(settings.clients.queueSize);
  return shares;
}

}  // namespace iotcpd::redirector
