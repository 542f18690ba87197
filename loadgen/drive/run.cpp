#include "loadgen/drive/run.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "common/text/printable.h"
#include "common/text/scanner.h"
#include "loadgen/drive/closed_loop.h"
#include "loadgen/drive/connection_pool.h"
#include "loadgen/drive/daemons.h"
#include "loadgen/drive/describe_run.h"
#include "loadgen/drive/open_loop.h"
#include "loadgen/drive/preflight.h"
#include "loadgen/drive/run_loop.h"
#include "loadgen/drive/self_monitor.h"
#include "loadgen/drive/service.h"
#include "loadgen/drive/stop_signals.h"
#include "loadgen/drive/target_rate.h"
#include "loadgen/plan/plan.h"
#include "loadgen/result/validity.h"

namespace iotcpd::loadgen {
namespace {

constexpr Nanoseconds kInterval = std::chrono::seconds(1);

/// A service's own announcement may be anything.
EndpointName parseAddress(const std::string& text) {
  try {
    return EndpointName::parse(text);
  } catch (const SyntaxError& e) {
    throw TargetError(fmt::format("target: {}", e.what()));
  }
}

/// One run from its start to its result. The order of the members is that of their lives.
class Run {
 public:
  Run(const RunSettings& settings, const RunSurroundings& surroundings)
      : settings_(settings),
        surroundings_(surroundings),
        check_(settings.expect, settings.errorReplies),
        recorder_(settings.warmup, kInterval) {
    for (IntervalSink* sink : surroundings.sinks) recorder_.addSink(*sink);
  }

  RunReport execute() {
    refuseMisbehaviour();
    descriptorLimit_ = requireDescriptors(settings_);
    const std::optional<PeerAddress> target = findTarget();
    if (!target) return interruptedBefore();
    makeWire(*target);
    makePacer();
    RunLimits limits{.duration = settings_.plan.duration,
                     .drain = settings_.drain,
                     .interval = kInterval,
                     .spin = settings_.spin,
                     .until = settings_.until};
    loop_.emplace(*wire_, *pacer_, connections_, std::move(limits));
    loop_->openFirst();
    if (isInterrupted_) return interruptedBefore();
    const auto started = std::chrono::system_clock::now();
    surroundings_.onStart(started);
    monitor_.begin(steadyNow());
    const RunEnd end = loop_->run();
    return report(end, started);
  }

 private:
  /// Of a plan file; --misbehave has been refused before.
  void refuseMisbehaviour() const {
    if (!plan_->mayMisbehave()) return;
    if (!settings_.exec.empty()) {
      throw PlanError(fmt::format(
          "plan file '{}' has clients that misbehave, and with exec: there are no clients",
          printable(settings_.plan.planFile)));
    }
    if (settings_.pipeline == 1) return;
    throw PlanError(
        fmt::format("plan file '{}' has clients that misbehave, which would take other requests of "
                    "--pipeline {} with them",
                    printable(settings_.plan.planFile), settings_.pipeline));
  }

  void onStop() {
    isInterrupted_ = true;
    if (loop_) loop_->interrupt();
  }

  void onQuit() {
    if (service_) service_->kill();
    if (daemons_) daemons_->killAll();
  }

  static RunReport interruptedBefore() { return {.result = {}, .wasInterrupted = true}; }

  /// Nothing when it was interrupted.
  std::optional<PeerAddress> findTarget() {
    const auto catchSignals = [this] {
      signals_.emplace(
          poller_, [this] { onStop(); }, [this] { onQuit(); });
    };
    if (!settings_.exec.empty()) {
      catchSignals();
      daemons_.emplace(poller_, settings_.exec, settings_.connections, descriptorLimit_);
      return PeerAddress{.text = settings_.target};
    }
    if (settings_.serve.empty()) {
      // Looking a name up may take long and sees no event: until then a signal simply ends us.
      PeerAddress target = resolve(parseAddress(settings_.target));
      catchSignals();
      return target;
    }
    catchSignals();
    service_.emplace(poller_, settings_.serve);
    const std::string address =
        service_->awaitReady(settings_.serveReady, settings_.serveTimeout, isInterrupted_);
    if (address.empty()) return std::nullopt;
    return resolve(parseAddress(address));
  }

  void makeWire(const PeerAddress& target) {
    Preflight preflight = inspect(settings_, target);
    notes_ = std::move(preflight.announcements);
    for (const std::string& note : notes_) surroundings_.announce(note);
    notes_.insert(notes_.end(), preflight.notes.begin(), preflight.notes.end());
    wire_ =
        std::make_unique<Wire>(Wire{.poller = poller_,
                                    .timers = timers_,
                                    .recorder = recorder_,
                                    .check = check_,
                                    .target = target,
                                    .sources = SourceAddresses(preflight.sources, target.family()),
                                    .daemons = daemons_ ? &*daemons_ : nullptr,
                                    .timeout = settings_.timeout,
                                    .keepAlive = settings_.keepAlive});
    for (std::uint64_t i = 0; i < settings_.connections; ++i) {
      connections_.emplace_back(*wire_, settings_.pipeline);
    }
  }

  void makePacer() {
    if (!settings_.plan.isOpenLoop()) {
      const ClosedLoop::Settings closed{.think = settings_.think, .seed = settings_.plan.seed};
      pacer_ = std::make_unique<ClosedLoop>(*wire_, std::move(plan_), connections_, closed);
      return;
    }
    pool_.emplace(settings_.pipeline);
    for (Connection& connection : connections_) pool_->put(connection);
    pacer_ = std::make_unique<OpenLoop>(*wire_, std::move(plan_),
                                        makePlan(dueTimesOf(settings_.plan)), *pool_);
  }

  /// The same due times with as little as possible beside them.
  static PlanSettings dueTimesOf(PlanSettings settings) {
    settings.requests.clear();
    settings.requestsFile.clear();
    settings.misbehave = {};
    return settings;
  }

  RunReport report(const RunEnd& end, std::chrono::system_clock::time_point started) {
    const TimePoint now = steadyNow();
    RunReport report{.result = recorder_.finish(now), .wasInterrupted = end.wasInterrupted};
    Result& result = report.result;
    monitor_.end(now, result.self);
    // A request that nobody has answered keeps the run open; it must not thin out the rate.
    const TimePoint measuredEnd = std::max(end.lastDue, wire_->lastOk);
    const Nanoseconds measured = measuredEnd - end.start - settings_.warmup;
    result.measured = std::max(measured, Nanoseconds::zero());
    result.self.stalled = end.stalled;
    result.self.longestStall = end.longestStall;
    describe(end, started, result);
    warn(end, result);
    judgeValidity(ValidityLimits{}, result);
    // Last: what concerns the figures is worth more than where connections came from.
    std::vector<std::string>& warnings = result.self.warnings;
    warnings.insert(warnings.end(), notes_.begin(), notes_.end());
    if (service_) tellService(result);
    if (daemons_) tellDaemons(result);
    for (const Assertion& assertion : settings_.assertions) {
      result.assertions.push_back(assertion.judge(result));
    }
    return report;
  }

  void describe(const RunEnd& end, std::chrono::system_clock::time_point started, Result& result) {
    RunDescription& run = result.run;
    run = describeRun(settings_, wire_->target.text);
    run.started = started;
    run.machine = describeMachine();
    const ScheduleEnd schedule = scheduleEndOf(end);
    result.targetRate = targetRateOf(settings_, result, schedule);
    result.measured = std::max(result.measured, plannedTimeOf(settings_, result, schedule));
  }

  static ScheduleEnd scheduleEndOf(const RunEnd& end) {
    ScheduleEnd schedule{.lastDue = end.lastDue - end.start, .cutShort = {}};
    if (end.cutShort) schedule.cutShort = *end.cutShort - end.start;
    return schedule;
  }

  void tellService(Result& result) {
    const bool hasEndedItself = !service_->isAlive();
    const ServiceReport& service = result.serviceUnderTest.emplace(service_->finish());
    if (!hasEndedItself) return;
    // First: it explains all that follows.
    std::vector<std::string>& warnings = result.self.warnings;
    warnings.insert(warnings.begin(), fmt::format("the service ended during the run: {}",
                                                  exitText(service.exitCode)));
  }

  void tellDaemons(Result& result) {
    daemons_->stop();
    const DaemonsReport& daemons = result.daemons.emplace(daemons_->report());
    const std::string loss = lossText(daemons);
    std::vector<std::string>& warnings = result.self.warnings;
    if (!loss.empty()) warnings.insert(warnings.begin(), loss);
  }

  void warn(const RunEnd& end, Result& result) const {
    SelfCheck& self = result.self;
    const LocalTrouble& trouble = wire_->trouble;
    if (result.planned + result.warmupRequests != wire_->taken) {
      self.problems.push_back(
          fmt::format("{} requests were taken from the plan, and {} have an outcome", wire_->taken,
                      result.planned + result.warmupRequests));
    }
    if (settings_.until) {
      std::string shortfall = settings_.until->shortfall(result.okLatency(), result.effectiveShare);
      // First: whoever asks for a precision has to see that this is not it.
      if (!shortfall.empty()) self.warnings.insert(self.warnings.begin(), std::move(shortfall));
    }
    // First of all: it explains why there is less than was asked for.
    if (end.wasInterrupted) {
      self.warnings.insert(self.warnings.begin(),
                           interruptionText(settings_.plan, scheduleEndOf(end)));
    }
    if (trouble.noPort > 0) {
      self.problems.push_back(fmt::format(
          "{} connections found no local port; --source gives more addresses", trouble.noPort));
    }
    if (trouble.noDescriptor > 0) {
      self.problems.push_back(
          fmt::format("{} connections found no free descriptor", trouble.noDescriptor));
    }
    if (trouble.unaskedReplies > 0) {
      self.warnings.push_back(fmt::format("{} connections brought bytes that nobody had asked for",
                                          trouble.unaskedReplies));
    }
  }

  const RunSettings& settings_;
  const RunSurroundings& surroundings_;
  /// Made first, to find what is wrong with its files; the pacer takes it.
  std::unique_ptr<Plan> plan_ = makePlan(settings_.plan);
  ReplyCheck check_;
  Recorder recorder_;
  Poller poller_;
  TimerHeap timers_;
  bool isInterrupted_ = false;
  std::optional<RunLoop> loop_;
  std::optional<StopSignals> signals_;
  std::optional<Service> service_;
  rlimit descriptorLimit_{};  ///< as it was before the run
  std::optional<Daemons> daemons_;
  std::vector<std::string> notes_;
  std::unique_ptr<Wire> wire_;
  std::deque<Connection> connections_;
  std::optional<ConnectionPool> pool_;
  std::unique_ptr<Pacer> pacer_;
  SelfMonitor monitor_;
};

}  // namespace

RunReport executeRun(const RunSettings& settings, const RunSurroundings& surroundings) {
  return Run(settings, surroundings).execute();
}

}  // namespace iotcpd::loadgen
