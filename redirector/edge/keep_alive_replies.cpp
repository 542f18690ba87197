// KeepAliveSession: its replies. The rest is in keep_alive_session.cpp.
#include "redirector/edge/keep_alive_session.h"

namespace iotcpd::redirector {

void KeepAliveSession::onReply(Query& query, std::string_view reply, TimePoint now) {
  QueryLedger::answered(query, now);
  answer(query, reply);
}

void KeepAliveSession::onFailure(Query& query, Cause cause, TimePoint /*now*/) {
  with().ledger.decide(query, cause, with().clock.now());
  answer(query, with().settings.errorReply);
}

void KeepAliveSession::answer(Query& query, std::string_view reply) {
  query.answered = true;
  if (order_.turn() == &query) {
    stream_.append(reply);
    query.replyEnd = stream_.end();
    order_.passTurn();
    giveTurns();
  } else {
    query.reply = reply;
  }
  with().writes.defer(*this);
}

/// To those that were answered before it was their turn.
void KeepAliveSession::giveTurns() {
  while (order_.turn() != nullptr && order_.turn()->answered) {
    Query& query = *order_.turn();
    stream_.append(query.reply);
    QueryLedger::replyPassedOn(query);
    query.replyEnd = stream_.end();
    order_.passTurn();
  }
}

void KeepAliveSession::writeGathered() {
  if (!open()) return;
  const TimePoint now = with().clock.now();
  if (!stream_.empty()) send(now);
  if (open()) proceed(now);
}

void KeepAliveSession::send(TimePoint now) {
  const std::uint64_t before = stream_.takenEnd();
  const ReplyStream::Progress progress = stream_.send(fd());
  with().counters.sent(stream_.takenEnd() - before);
  if (progress == ReplyStream::Progress::kBroken) {
    onBroken();
    return;
  }
  if (!blocked_) takenSince_ = now;
  blocked_ = progress == ReplyStream::Progress::kBlocked;
  closeTaken(with().clock.now());
}

void KeepAliveSession::closeTaken(TimePoint now) {
  while (order_.oldest() != nullptr && order_.oldest() != order_.turn() &&
         order_.oldest()->replyEnd <= stream_.takenEnd()) {
    Query& query = order_.removeOldest();
    if (!query.decided) with().ledger.decide(query, Cause::kNone, now);
    with().ledger.close(query);
    takenSince_ = idleSince_ = now;
  }
}

}  // namespace iotcpd::redirector
