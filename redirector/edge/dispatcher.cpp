#include "redirector/edge/dispatcher.h"

#include <utility>

namespace iotcpd::redirector {
namespace {

void assign(ClientSession& session, DaemonProcess& daemon) {
  daemon.client = &session;
  session.onHandedOut(daemon);
}

}  // namespace

Dispatcher::Dispatcher(Timers& timers, Counters& counters, const ClientSettings& settings)
    : timers_(timers),
      counters_(counters),
      queue_(settings.queueSize, settings.queueTimeout),
      queueTimer_([this](TimePoint now) { expire(now); }),
      waiting_(timers) {}

void Dispatcher::setLimits(const ClientSettings& settings) {
  queue_.setLimits(settings.queueSize, settings.queueTimeout);
  if (const auto deadline = queue_.earliestDeadline()) timers_.schedule(queueTimer_, *deadline);
}

void Dispatcher::onRequest(ClientSession& session, std::string_view request, TimePoint now) {
  DaemonProcess* const daemon = queue_.depth() == 0 ? supervisor_->handOut(request, now) : nullptr;
  if (daemon == nullptr) {
    enqueue(session, request, now);
  } else {
    session.keepRequest(request);
    waiting_.add(session, now);
    assign(session, *daemon);
  }
}

void Dispatcher::enqueue(ClientSession& session, std::string_view request, TimePoint now) {
  if (!queue_.join(session, now)) {
    session.fail(Cause::kQueueFull, now);
    return;
  }
  counters_.queryDelayed();
  session.keepRequest(request);
  waiting_.add(session, now);
  if (!queueTimer_.armed()) timers_.schedule(queueTimer_, *queue_.earliestDeadline());
}

void Dispatcher::onAbandoned(ClientSession& session) {
  waiting_.remove(session);
  if (session.queued) queue_.leave(session);
  if (DaemonProcess* const daemon = session.daemon()) daemon->client = nullptr;
}

ClientSession* Dispatcher::takeClient(DaemonProcess& daemon) {
  ClientSession* const session = std::exchange(daemon.client, nullptr);
  if (session != nullptr) waiting_.remove(*session);
  return session;
}

void Dispatcher::onReply(DaemonProcess& daemon, std::string_view line, TimePoint now) {
  if (ClientSession* const session = takeClient(daemon)) session->deliver(line, now);
}

void Dispatcher::onRequestLost(DaemonProcess& daemon, Cause cause, TimePoint now) {
  if (ClientSession* const session = takeClient(daemon)) session->fail(cause, now);
}

void Dispatcher::onRequestUnread(DaemonProcess& daemon, TimePoint now) {
  ClientSession* const session = std::exchange(daemon.client, nullptr);
  if (session == nullptr) return;
  session->onTakenBack();
  queue_.rejoin(*session);
  if (queue_.expired(now) == session) {
    queue_.leave(*session);
    waiting_.remove(*session);
    session->fail(Cause::kDaemonDeath, now);
    return;
  }
  timers_.schedule(queueTimer_, *queue_.earliestDeadline());
  onDaemonAvailable(now);
}

void Dispatcher::onDaemonAvailable(TimePoint now) {
  if (std::exchange(serving_, true)) return;
  while (QueueEntry* const entry = queue_.front()) {
    auto& session = static_cast<ClientSession&>(*entry);
    DaemonProcess* const daemon = supervisor_->handOut(session.request(), now);
    if (daemon == nullptr) break;
    assign(session, *daemon);
    queue_.leave(session);
  }
  serving_ = false;
}

void Dispatcher::expire(TimePoint now) {
  while (QueueEntry* const entry = queue_.expired(now)) {
    auto& session = static_cast<ClientSession&>(*entry);
    queue_.leave(session);
    waiting_.remove(session);
    session.fail(Cause::kQueueTimeout, now);
  }
  if (const auto deadline = queue_.earliestDeadline()) timers_.schedule(queueTimer_, *deadline);
}

}  // namespace iotcpd::redirector
