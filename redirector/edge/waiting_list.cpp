#include "redirector/edge/waiting_list.h"

#include "redirector/edge/one_request_session.h"

namespace iotcpd::redirector {

WaitingList::WaitingList(Timers& timers)
    : timers_(timers), timer_([this](TimePoint now) { sweep(now); }) {}

void WaitingList::add(OneRequestSession& session, TimePoint now) {
  session.waitingBefore = last_;
  session.waitingAfter = nullptr;
  (last_ != nullptr ? last_->waitingAfter : first_) = &session;
  last_ = &session;
  if (!timer_.armed()) timers_.schedule(timer_, now + kInterval);
}

void WaitingList::remove(OneRequestSession& session) {
  const bool listed = session.waitingBefore != nullptr || first_ == &session;
  if (!listed) return;
  (session.waitingBefore != nullptr ? session.waitingBefore->waitingAfter : first_) =
      session.waitingAfter;
  (session.waitingAfter != nullptr ? session.waitingAfter->waitingBefore : last_) =
      session.waitingBefore;
  session.waitingBefore = session.waitingAfter = nullptr;
}

void WaitingList::sweep(TimePoint now) {
  polled_.clear();
  sessions_.clear();
  for (OneRequestSession* session = first_; session != nullptr; session = session->waitingAfter) {
    polled_.push_back({session->fd(), 0, 0});  // No interest: only errors are reported.
    sessions_.push_back(session);
  }
  if (::poll(polled_.data(), polled_.size(), 0) > 0) {
    for (std::size_t i = 0; i < polled_.size(); ++i) {
      if (polled_[i].revents != 0) sessions_[i]->onReset();
    }
  }
  if (first_ != nullptr) timers_.schedule(timer_, now + kInterval);
}

}  // namespace iotcpd::redirector
