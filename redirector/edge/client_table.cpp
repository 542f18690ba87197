#include "redirector/edge/client_table.h"

#include <utility>

#include "redirector/edge/keep_alive_session.h"
#include "redirector/edge/one_request_session.h"

namespace iotcpd::redirector {

ClientTable::ClientTable(AccessList& access, std::function<void()> onRoom)
    : access_(access), onRoom_(std::move(onRoom)) {}

void ClientTable::admit(const ClientSession::Environment& environment, UniqueFd fd,
                        std::optional<IpAddress> source, TimePoint now) {
  if (environment.settings.keepAlive) {
    sessions_.push_back(std::make_unique<KeepAliveSession>(environment, std::move(fd), source));
  } else {
    sessions_.push_back(std::make_unique<OneRequestSession>(environment, std::move(fd), source));
  }
  ClientSession& session = *sessions_.back();
  session.tableIndex = sessions_.size() - 1;
  session.begin(now);
}

void ClientTable::release(ClientSession& session) {
  const std::size_t index = session.tableIndex;
  if (session.source()) access_.release(*session.source());
  std::swap(sessions_[index], sessions_.back());
  sessions_[index]->tableIndex = index;
  ended_.push_back(std::move(sessions_.back()));
  sessions_.pop_back();
  onRoom_();
}

void ClientTable::drain(TimePoint now) {
  // From the end: a session that ends swaps places with the last.
  for (std::size_t i = sessions_.size(); i-- > 0;) sessions_[i]->onDrain(now);
}

void ClientTable::drainTimeout(TimePoint now) {
  for (std::size_t i = sessions_.size(); i-- > 0;) sessions_[i]->onDrainTimeout(now);
}

}  // namespace iotcpd::redirector
