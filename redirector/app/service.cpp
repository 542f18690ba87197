// Service: its life. What it tells about itself is in service_reports.cpp.
#include "redirector/app/service.h"

#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <Poco/Exception.h>
#include <fmt/format.h>

#include "common/cli/exit_codes.h"
#include "redirector/app/statistics_json.h"

namespace iotcpd::redirector {
namespace {

/// Descriptors kept for everything but clients, listeners and daemons: log, trace, the loop's own.
constexpr std::size_t kOwnDescriptors = 32;
constexpr std::size_t kPipesPerDaemon = 3;
/// Daemons that are being replaced, and hold their pipes beside their successors. A refresh
/// replaces them one by one.
constexpr std::size_t kMostReplacedDaemons = 8;
/// Fewer clients than that are hardly what anybody has in mind.
constexpr std::size_t kFewClients = 100;

/// Descriptors for clients. A pool that takes all of them still serves, one client at a time.
std::size_t roomForClients(std::size_t descriptors, std::size_t listeners, std::size_t daemons) {
  const std::size_t kept = kOwnDescriptors + listeners +
                           kPipesPerDaemon * (daemons + std::min(daemons, kMostReplacedDaemons));
  return descriptors > kept ? descriptors - kept : 1;
}

}  // namespace

Service::Service(Settings settings, std::function<Settings()> reload, Logging& logging,
                 const rlimit& childDescriptorLimit)
    : settings_(std::move(settings)),
      reload_(std::move(reload)),
      logging_(logging),
      log_(logging.logger()),
      startedAt_(clock_.now()),
      random_(randomSeed(), "supervision"),
      ledger_(counters_, trace_),
      access_(settings_.clients.allow, settings_.clients.maxClientsPerSource),
      launcher_(childDescriptorLimit),
      reactor_(
          poller_, clock_, [this] { clients_.bury(); }, [this] { writes_.run(); }),
      clients_(access_,
               [this] {
                 if (acceptor_) acceptor_->onRoom();
               }),
      output_(poller_),
      waiting_(timers_),
      dispatcher_(timers_, ledger_, settings_.clients),
      supervisor_({poller_, timers_, writes_, clock_, launcher_, random_, counters_, ledger_, log_,
                   [this] { onFirstDaemon(); }},
                  settings_.pool, dispatcher_),
      sessionEnvironment_{poller_,     timers_,
                          writes_,     clock_,
                          counters_,   settings_.clients,
                          dispatcher_, ledger_,
                          waiting_,    [this](ClientSession& s) { onSessionEnded(s); }},
      signals_([this](int signal) { onSignal(signal); }),
      signalWatch_(poller_, signals_.fd(), [this] { signals_.take(); }),
      timerWatch_(poller_, timers_.fd(), [this] { timers_.run(clock_.now()); }),
      drainTimer_([this](TimePoint now) { clients_.drainTimeout(now); }),
      drainedTimer_([this](TimePoint now) { stopDaemons(now); }) {
  dispatcher_.setSupervisor(supervisor_);
}

int Service::run() {
  listeners_ = std::make_unique<Listeners>(settings_.listen);
  // After binding: what a running instance writes to is not ours to touch.
  openOutputFiles();
  signalWatch_.want(Watch::Interest::kReadable);
  timerWatch_.want(Watch::Interest::kReadable);
  if (const int error = supervisor_.start(clock_.now()); error != 0) {
    throw StartError(fmt::format("--daemon: '{}' cannot be started: {}",
                                 settings_.pool.daemonWords.front(), std::strerror(error)));
  }
  announceListening();
  limitClients();
  acceptor_ = std::make_unique<Acceptor>(
      poller_, timers_, clock_, log_, listeners_->descriptors(),
      Acceptor::Callbacks{[this] { return clients_.size() < maxClients_; },
                          [this](UniqueFd fd, const sockaddr* source, TimePoint at) {
                            onConnection(std::move(fd), source, at);
                          }});
  reactor_.run();
  writeStatisticsFile(snapshot(clock_.now()));
  return exitCode_;
}

std::string Service::addresses() const {
  return fmt::format("{}", fmt::join(listeners_->names(), " "));
}

void Service::limitClients() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t wanted = settings_.clients.maxClients;
  maxClients_ = std::min(wanted, roomForClients(limit.rlim_cur, listeners_->descriptors().size(),
                                                settings_.pool.numDaemons));
  if (maxClients_ == wanted) return;
  const std::string text = fmt::format("max-clients {} is cut to {} by the limit of {} descriptors",
                                       wanted, maxClients_, limit.rlim_cur);
  if (maxClients_ < kFewClients) {
    log_.warning(text);
  } else {
    log_.notice(text);
  }
}

void Service::announceListening() {
  if (std::exchange(announced_, true)) return;
  output_.write(fmt::format("iotcpd listening: {}\n", addresses()));
}

void Service::onFirstDaemon() {
  announceListening();
  output_.write(fmt::format("iotcpd ready: {} daemons {}/{}\n", addresses(),
                            supervisor_.pool().count(DaemonState::kAvailable),
                            settings_.pool.numDaemons));
}

void Service::onConnection(UniqueFd fd, const sockaddr* source, TimePoint now) {
  const std::optional<IpAddress> address = IpAddress::fromSockaddr(source);
  if (address) {
    if (const std::optional<Refusal> refusal = access_.admit(*address)) {
      counters_.refused(*refusal);
      return;
    }
  }
  clients_.admit(sessionEnvironment_, std::move(fd), address, now);
}

void Service::onSessionEnded(ClientSession& session) {
  clients_.release(session);
  stopIfDrained();
}

void Service::onSignal(int signal) {
  const TimePoint now = clock_.now();
  switch (signal) {
    case SIGCHLD:
      supervisor_.onChildExited(now);
      break;
    case SIGUSR1:
      printStatistics(now);
      break;
    case SIGUSR2:
      printRegisters(now);
      break;
    case SIGALRM:
      supervisor_.inspect(now);
      break;
    case SIGHUP:
      reload(now);
      break;
    default:
      onEndSignal(signal);
      break;
  }
}

void Service::onEndSignal(int signal) {
  if (stage_ == Stage::kServing) {
    beginDrain(clock_.now());
    return;
  }
  log_.warning(fmt::format("ended at once by a second signal {}", signal));
  stage_ = Stage::kStopping;
  const TimePoint now = clock_.now();
  clients_.drainTimeout(now);
  supervisor_.killAll(now);
  exitCode_ = 128 + signal;
  reactor_.stop();
}

void Service::beginDrain(TimePoint now) {
  log_.notice("draining");
  acceptor_->finish(now);
  acceptor_.reset();
  listeners_->close();
  // Only now, or the first of those just accepted to end would end it all.
  stage_ = Stage::kDraining;
  clients_.drain(now);
  timers_.schedule(drainTimer_, now + settings_.drainTimeout);
  stopIfDrained();
}

void Service::stopIfDrained() {
  if (stage_ != Stage::kDraining || clients_.size() > 0) return;
  // From a timer: the last session may end while the supervisor is handing it its reply.
  timers_.schedule(drainedTimer_, clock_.now());
}

void Service::stopDaemons(TimePoint now) {
  stage_ = Stage::kStopping;
  drainTimer_.cancel();
  supervisor_.stop(now, [this] {
    log_.notice("stopped");
    reactor_.stop();
  });
}

void Service::reload(TimePoint now) {
  if (stage_ != Stage::kServing) return;
  adopt(reread(), now);
}

/// Whatever keeps them from being read, the log is reopened and the daemons are replaced.
Settings Service::reread() {
  std::string why;
  try {
    return reload_();
  } catch (const Poco::Exception& e) {
    why = e.displayText();
  } catch (const std::exception& e) {
    why = e.what();
  }
  log_.error(fmt::format("settings not reloaded, the old ones stay: {}", why));
  return settings_;
}

void Service::adopt(const Settings& settings, TimePoint now) {
  try {
    logging_.reopen(settings.output);
  } catch (const std::system_error& e) {
    log_.error(fmt::format("log file not reopened: {}", e.what()));
  }
  if (!reopenTrace(settings.output.traceFile)) {
    log_.error(fmt::format("trace file '{}' cannot be opened: {}", settings.output.traceFile,
                           std::strerror(errno)));
  }
  const ListenSettings listen = settings_.listen;
  if (settings.listen != listen) log_.notice("listeners stay as they are until a restart");
  settings_ = settings;
  settings_.listen = listen;
  limitClients();
  acceptor_->onRoom();
  access_.setRules(settings_.clients.allow, settings_.clients.maxClientsPerSource,
                   clients_.sources());
  dispatcher_.setLimits(settings_.clients);
  clients_.onSettings(now);
  supervisor_.refresh(settings_.pool, now);
}

void Service::openOutputFiles() {
  const OutputSettings& output = settings_.output;
  if (!reopenTrace(output.traceFile)) {
    throw FileError("trace", fmt::format("cannot be opened: {}", std::strerror(errno)));
  }
  if (!output.statsFile.empty() &&
      !replaceFile(output.statsFile, statisticsJson(snapshot(clock_.now())))) {
    throw FileError("stats-file", fmt::format("cannot be written: {}", std::strerror(errno)));
  }
}

bool Service::reopenTrace(const std::string& path) {
  if (!path.empty()) return trace_.open(path);
  trace_.close();
  return true;
}

}  // namespace iotcpd::redirector
