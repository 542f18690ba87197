#include "redirector/edge/daemon_process.h"

#include <signal.h>

#include <utility>

#include "redirector/edge/daemon_recipe.h"

namespace iotcpd::redirector {
namespace {

DaemonChannel::Awaits awaits(const DaemonRecipe& recipe) {
  return recipe.concurrency > 0 ? DaemonChannel::Awaits::kManyReplies
                                : DaemonChannel::Awaits::kOneReply;
}

std::size_t mostLineBytes(const DaemonRecipe& recipe) {
  return recipe.maxReplyBytes + (recipe.concurrency > 0 ? OutstandingRequests::kMaxPrefixBytes : 0);
}

}  // namespace

DaemonProcess::DaemonProcess(Owner& owner, Poller& poller, Timers& timers, DaemonLauncher& launcher,
                             Identity identity, std::shared_ptr<const DaemonRecipe> recipe,
                             LaunchedProcess process, TimePoint now)
    : owner_(owner),
      timers_(timers),
      launcher_(launcher),
      identity_(identity),
      recipe_(std::move(recipe)),
      pid_(process.pid),
      startedAt_(now),
      requests_(recipe_->concurrency),
      channel_(poller, std::move(process.stdinWriter), std::move(process.stdoutReader),
               awaits(*recipe_), mostLineBytes(*recipe_), *this),
      stderr_(poller, std::move(process.stderrReader),
              [this](std::string_view line) { owner_.onDaemonStderr(*this, line); }),
      phaseTimer_([this](TimePoint at) { owner_.onDaemonDeadline(*this, at); }),
      ageTimer_([this](TimePoint at) { owner_.onDaemonAged(*this, at); }) {}

bool DaemonProcess::open() { return channel_.open() && stderr_.open(); }

void DaemonProcess::enter(Phase phase) {
  phase_ = phase;
  phaseTimer_.cancel();
}

void DaemonProcess::enter(Phase phase, TimePoint deadline) {
  phase_ = phase;
  timers_.schedule(phaseTimer_, deadline);
}

void DaemonProcess::awaitDue(TimePoint deadline) {
  if (!phaseTimer_.armed() || deadline < phaseTimer_.deadline()) {
    timers_.schedule(phaseTimer_, deadline);
  }
}

DaemonChannel::SendResult DaemonProcess::ask(std::string_view request) {
  return channel_.send(concurrent() ? requests_.compose(request) : request);
}

std::optional<std::string_view> DaemonProcess::answerIn(std::string_view line) {
  if (!concurrent()) return line;
  const auto answer = requests_.take(line, channel_.pendingBytes());
  if (!answer || answer->reply.size() > recipe_->maxReplyBytes) return std::nullopt;
  return answer->reply;
}

void DaemonProcess::withdraw(Query& withdrawn) {
  if (concurrent()) {
    requests_.withdraw(withdrawn);
  } else {
    query = nullptr;
  }
  withdrawn.daemon = nullptr;
}

Query* DaemonProcess::takeQuery() {
  Query* const taken = std::exchange(query, nullptr);
  if (taken != nullptr) taken->daemon = nullptr;
  return taken;
}

void DaemonProcess::stop(TimePoint now) {
  if (!stopSequence_.begun()) {
    ageTimer_.cancel();
    channel_.mute();
    perform(stopSequence_.begin(now));
  } else if (const auto step = stopSequence_.next(now)) {
    perform(*step);
  }
  if (const auto deadline = stopSequence_.deadline()) {
    enter(Phase::kStopping, *deadline);
  } else {
    enter(Phase::kStopping);
  }
}

void DaemonProcess::onChannelEvent(ChannelEvent event, std::string_view line, TimePoint now) {
  owner_.onDaemonEvent(*this, event, line, now);
}

void DaemonProcess::perform(StopSequence::Step step) {
  switch (step) {
    case StopSequence::Step::kCloseStdin:
      channel_.closeStdin();
      break;
    case StopSequence::Step::kTerminate:
      launcher_.signalGroup(pid_, SIGTERM);
      break;
    case StopSequence::Step::kKill:
      launcher_.signalGroup(pid_, SIGKILL);
      break;
  }
}

}  // namespace iotcpd::redirector
