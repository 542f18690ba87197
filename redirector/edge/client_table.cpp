#include "redirector/edge/client_table.h"

#include <new>
#include <utility>

#include "redirector/edge/keep_alive_session.h"
#include "redirector/edge/one_request_session.h"

namespace iotcpd::redirector {

ClientTable::ClientTable(AccessList& access, std::function<void()> onRoom)
    : access_(access), onRoom_(std::move(onRoom)) {}

ClientTable::~ClientTable() {
  sessions_.clear();
  ended_.clear();
  for (Blocks* const blocks : {&oneRequest_, &keepAlive_}) {
    for (void* const block : *blocks) ::operator delete(block);
  }
}

void ClientTable::Destroy::operator()(ClientSession* session) const {
  void* const block = dynamic_cast<void*>(session);
  session->~ClientSession();
  freed->push_back(block);
}

template <typename Session>
ClientTable::Owned ClientTable::make(Blocks& freed, const ClientSession::Environment& environment,
                                     UniqueFd fd, std::optional<IpAddress> source) {
  if (freed.empty()) freed.push_back(::operator new(sizeof(Session)));
  void* const place = freed.back();
  freed.pop_back();
  return Owned(new (place) Session(environment, std::move(fd), source), Destroy{&freed});
}

void ClientTable::admit(const ClientSession::Environment& environment, UniqueFd fd,
                        std::optional<IpAddress> source, TimePoint now) {
  sessions_.push_back(
      environment.settings.keepAlive
          ? make<KeepAliveSession>(keepAlive_, environment, std::move(fd), source)
          // cppcheck-suppress accessMoved ; one of the two
          : make<OneRequestSession>(oneRequest_, environment, std::move(fd), source));
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

std::vector<IpAddress> ClientTable::sources() const {
  std::vector<IpAddress> sources;
  for (const Owned& session : sessions_) {
    if (session->source()) sources.push_back(*session->source());
  }
  return sources;
}

// From the end, here and below: a session that ends swaps places with the last.
void ClientTable::onSettings(TimePoint now) {
  for (std::size_t i = sessions_.size(); i-- > 0;) sessions_[i]->onSettings(now);
}

void ClientTable::drain(TimePoint now) {
  for (std::size_t i = sessions_.size(); i-- > 0;) sessions_[i]->onDrain(now);
}

void ClientTable::drainTimeout(TimePoint now) {
  for (std::size_t i = sessions_.size(); i-- > 0;) sessions_[i]->onDrainTimeout(now);
}

}  // namespace iotcpd::redirector
