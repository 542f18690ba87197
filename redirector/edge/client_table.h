#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "redirector/edge/client_session.h"
#include "redirector/policy/access_list.h"

namespace iotcpd::redirector {

/// Owns the sessions, in memory that is used again. One that has ended is set aside and destroyed
/// by bury(), so that no handler ever returns into a destroyed session.
class ClientTable {
 public:
  /// `onRoom`: a session has ended.
  ClientTable(AccessList& access, std::function<void()> onRoom);
  ~ClientTable();
  ClientTable(const ClientTable&) = delete;
  ClientTable& operator=(const ClientTable&) = delete;

  /// Takes a new connection in and lets it begin.
  void admit(const ClientSession::Environment& environment, UniqueFd fd,
             std::optional<IpAddress> source, TimePoint now);
  /// The session has ended.
  void release(ClientSession& session);
  /// Destroys what has ended. Call when no session is on the call stack.
  void bury() { ended_.clear(); }

  [[nodiscard]] std::size_t size() const { return sessions_.size(); }
  /// Of those that have one, in no order.
  [[nodiscard]] std::vector<IpAddress> sources() const;
  /// The settings have changed.
  void onSettings(TimePoint now);
  /// The service ends: closes every connection that has not sent a byte.
  void drain(TimePoint now);
  /// Ends all that is left.
  void drainTimeout(TimePoint now);

 private:
  /// Blocks for sessions of one kind, kept for those to come.
  using Blocks = std::vector<void*>;
  struct Destroy {
    Blocks* freed;
    void operator()(ClientSession* session) const;
  };
  using Owned = std::unique_ptr<ClientSession, Destroy>;

  template <typename Session>
  [[nodiscard]] static Owned make(Blocks& freed, const ClientSession::Environment& environment,
                                  UniqueFd fd, std::optional<IpAddress> source);

  AccessList& access_;
  std::function<void()> onRoom_;
  Blocks oneRequest_;
  Blocks keepAlive_;
  std::vector<Owned> sessions_;
  std::vector<Owned> ended_;
};

}  // namespace iotcpd::redirector
